package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.network.VggSpec;

/** Mini-batches of a {@link VggModel}. */
final class VggProgram implements Program {
    private final int rows;
    private final VggSpec spec;
    private final Images images;
    private final DeviceMemory input;
    private final List<VggBlock> blocks = new ArrayList<>();
    private final LinearLayer output;
    private boolean training;

    VggProgram(int rows, VggModel model, Workspace workspace) {
        this.rows = rows;
        this.spec = model.spec();
        this.images = new Images(spec.input());
        this.input = workspace.memory(rows, images.elements());
        VggBuffers buffers = VggBuffers.of(spec, rows, workspace);
        DeviceMemory below = input;
        DeviceMemory belowDelta = buffers.input();
        for (int b = 0; b < spec.blocks().size(); b++) {
            VggBlock block = new VggBlock(model, b, rows, below, belowDelta, buffers);
            blocks.add(block);
            below = block.out();
            belowDelta = block.outDelta();
        }
        this.output =
                new LinearLayer(
                        new LinearLayer.Shape(rows, spec.features(), spec.classes()),
                        model.begin("output.weight"),
                        model.begin("output.bias"),
                        below,
                        belowDelta,
                        workspace);
    }

    @Override
    public void gather(ResidentExamples set, int[] chosen, int from, Augmentation augmentation) {
        training = true;
        for (int i = 0; i < rows; i++) {
            images.copy(set, chosen[from + i], input, i, from + i, augmentation);
        }
    }

    @Override
    public void gather(ResidentExamples set, int from) {
        training = false;
        for (int i = 0; i < rows; i++) {
            images.copy(set, from + i, input, i, from + i, Augmentation.NONE);
        }
    }

    @Override
    public void forward(float[] logits) {
        blocks.forEach(block -> block.forward(training));
        output.forward(logits);
    }

    @Override
    public void backward(float[] delta, float[] gradient) {
        output.backward(delta, gradient);
        for (int b = blocks.size() - 1; b >= 0; b--) {
            blocks.get(b).backward(gradient);
        }
    }

    @Override
    public void addUsage(double[][] usage) {
        if (spec.mixtures().isEmpty()) {
            throw new IllegalStateException("the network has no mixture layers");
        }
        for (int b = 0; b < blocks.size(); b++) {
            blocks.get(b).forward(false);
            if (b >= VggSpec.SHARED) {
                blocks.get(b).addUsage(usage[b - VggSpec.SHARED]);
            }
        }
    }
}
