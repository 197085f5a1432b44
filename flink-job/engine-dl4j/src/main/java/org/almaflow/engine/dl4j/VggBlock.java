package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.network.Mixture;

/** A block of a {@link VggProgram}: its experts one after another, and what blends them. */
final class VggBlock {
    private final List<VggExpert> experts = new ArrayList<>();
    private final VggBlend blend;

    /**
     * @param x the block's input
     * @param dx receives the gradient of the input
     */
    VggBlock(
            VggModel model,
            int network,
            int block,
            int images,
            DeviceMemory x,
            DeviceMemory dx,
            VggBuffers buffers) {
        Mixture mixture = model.each().blocks().get(block).mixture();
        boolean mixed = mixture.gates() > 0;
        for (int e = 0; e < mixture.experts(); e++) {
            DeviceMemory own = mixed ? buffers.input() : dx;
            VggModel.Place place = new VggModel.Place(network, block, e);
            experts.add(new VggExpert(model, place, images, x, own, buffers));
        }
        blend = mixed ? new VggBlend(model, block, images, x, dx, experts, buffers) : null;
    }

    /** The output [n, h·w·c]. */
    DeviceMemory out() {
        return blend == null ? experts.get(0).out() : blend.out();
    }

    /** Gradient of the output, to be filled before {@link #backward}. */
    DeviceMemory outDelta() {
        return blend == null ? experts.get(0).outDelta() : blend.outDelta();
    }

    void forward(boolean training) {
        experts.forEach(expert -> expert.forward(training));
        if (blend != null) {
            blend.forward();
        }
    }

    /** Computes the gradients of the input and of the parameters. */
    void backward(float[] gradient) {
        if (blend != null) {
            blend.backward(gradient);
        }
        for (VggExpert expert : experts) {
            expert.backward(gradient);
            if (blend != null) {
                blend.addInputDelta();
            }
        }
    }

    /** Adds how much each expert is used by the first {@code count} images, after forward. */
    void addUsage(double[] usage, int count) {
        if (blend != null) {
            blend.addUsage(usage, count);
        } else {
            usage[0] += count;
        }
    }
}
