package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.network.VggSpec;

/** One network of a {@link VggProgram}, from images to logits. */
final class VggTower {
    private final List<VggBlock> blocks = new ArrayList<>();
    private final RowsLinear output;

    VggTower(VggModel model, int network, int images, DeviceMemory input, VggBuffers buffers) {
        VggSpec spec = model.each();
        DeviceMemory below = input;
        DeviceMemory belowDelta = buffers.input();
        for (int b = 0; b < spec.blocks().size(); b++) {
            VggBlock block = new VggBlock(model, network, b, images, below, belowDelta, buffers);
            blocks.add(block);
            below = block.out();
            belowDelta = block.outDelta();
        }
        this.output =
                new RowsLinear(
                        new RowsLinear.Shape(images, spec.features(), spec.classes()),
                        model.begin("output.weight", network),
                        model.begin("output.bias", network),
                        below,
                        belowDelta,
                        buffers.workspace());
    }

    void forward(boolean training, float[] logits) {
        blocks.forEach(block -> block.forward(training));
        output.forward(logits);
    }

    void backward(float[] delta, float[] gradient) {
        output.backward(delta, gradient);
        for (int b = blocks.size() - 1; b >= 0; b--) {
            blocks.get(b).backward(gradient);
        }
    }

    /** Adds how much each expert is used by the first {@code count} images. */
    void addUsage(double[][] usage, int count) {
        for (int b = 0; b < blocks.size(); b++) {
            blocks.get(b).forward(false);
            if (b >= VggSpec.SHARED) {
                blocks.get(b).addUsage(usage[b - VggSpec.SHARED], count);
            }
        }
    }
}
