package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.List;

/**
 * One block of convolutions and its max-pool, for n images: an expert of a {@link VggBlock}. All
 * share the memory of their normalised outputs, and each computes its own again for the backward
 * pass: a twentieth more time and half of the memory, of which 50 experts, or several networks in a
 * process, need a lot.
 */
final class VggExpert {
    private final List<Convolution> convolutions = new ArrayList<>();
    private final List<BatchNorm> norms = new ArrayList<>();
    private final List<DeviceMemory> deltas = new ArrayList<>();
    private final MaxPool pool;
    private final DeviceMemory last;
    private final DeviceMemory out;
    private final DeviceMemory outDelta;

    /**
     * @param x the block's input
     * @param dx receives the gradient of the input
     */
    VggExpert(
            VggModel model,
            VggModel.Place place,
            int images,
            DeviceMemory x,
            DeviceMemory dx,
            VggBuffers buffers) {
        Workspace workspace = buffers.workspace();
        DeviceMemory below = x;
        DeviceMemory belowDelta = dx;
        Convolution.Shape shape = null;
        for (int i = 0; i < model.each().blocks().get(place.block()).channels().size(); i++) {
            shape = shape(model, place.block(), i, images);
            DeviceMemory raw = workspace.memory(1, shape.values());
            DeviceMemory y = buffers.output();
            DeviceMemory delta = buffers.delta(i);
            Convolution.Operands operands = new Convolution.Operands(below, raw, delta, belowDelta);
            int weight = model.convolution(place, i);
            convolutions.add(new Convolution(shape, operands, weight, workspace));
            BatchNorm.Places places = model.norm(place, i);
            norms.add(new BatchNorm(shape, places, raw, y, workspace, buffers.chunks()));
            deltas.add(delta);
            below = y;
            belowDelta = delta;
        }
        last = below;
        pool = new MaxPool(shape);
        workspace.count(pool.bytes());
        out = workspace.memory(images, pool.outputs());
        outDelta = workspace.memory(images, pool.outputs());
    }

    private static Convolution.Shape shape(VggModel model, int block, int i, int images) {
        List<Integer> channels = model.each().blocks().get(block).channels();
        int in = i == 0 ? model.each().fedChannels(block) : channels.get(i - 1);
        return new Convolution.Shape(
                images,
                model.each().fedHeight(block),
                model.each().fedWidth(block),
                in,
                channels.get(i));
    }

    /** Values of an output image. */
    int outputs() {
        return pool.outputs();
    }

    /** The output [n, h·w·c]. */
    DeviceMemory out() {
        return out;
    }

    /** Gradient of the output, to be filled before {@link #backward}. */
    DeviceMemory outDelta() {
        return outDelta;
    }

    void forward(boolean training) {
        for (int i = 0; i < norms.size(); i++) {
            convolutions.get(i).forward();
            if (training) {
                norms.get(i).train();
            } else {
                norms.get(i).infer();
            }
        }
        pool.forward(last, out);
    }

    /** Computes the gradients of the input and of the parameters. */
    void backward(float[] gradient) {
        pool.backward(outDelta, deltas.get(deltas.size() - 1));
        for (int i = norms.size() - 1; i >= 0; i--) {
            norms.get(i).backward(deltas.get(i), gradient);
            if (i > 0) {
                norms.get(i - 1).recompute();
            }
            convolutions.get(i).backward(gradient);
        }
    }
}
