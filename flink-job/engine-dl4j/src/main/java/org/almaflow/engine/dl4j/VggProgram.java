package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.engine.Augmentation;

/** Mini-batches of a {@link VggModel}: its networks one after another on the same images. */
final class VggProgram implements Program {
    private final int rows;
    private final VggModel model;
    private final Images images;
    private final DeviceMemory input;
    private final List<VggTower> towers = new ArrayList<>();
    private final float[] own;
    private boolean training;

    /** Rows that were taken for inference; the others hold older ones. */
    private int inferred;

    VggProgram(int rows, VggModel model, Workspace workspace) {
        this.rows = rows;
        this.model = model;
        this.images = new Images(model.spec().input());
        this.input = workspace.memory(rows, images.elements());
        workspace.count(images.bytes());
        this.own = workspace.heap(Math.multiplyExact(rows, model.each().classes()));
        VggBuffers buffers = VggBuffers.of(model.each(), rows, workspace);
        for (int network = 0; network < model.networks(); network++) {
            towers.add(new VggTower(model, network, rows, input, buffers));
        }
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
        gather(set, from, rows);
    }

    @Override
    public void gather(ResidentExamples set, int from, int count) {
        training = false;
        inferred = count;
        for (int i = 0; i < count; i++) {
            images.copy(set, from + i, input, i, from + i, Augmentation.NONE);
        }
    }

    @Override
    public void forward(float[] logits) {
        float share = model.spec().logitShare();
        Arrays.fill(logits, 0, own.length, 0);
        for (VggTower tower : towers) {
            tower.forward(training, own);
            for (int i = 0; i < own.length; i++) {
                logits[i] += own[i] * share;
            }
        }
    }

    @Override
    public void backward(float[] delta, float[] gradient) {
        float share = model.spec().logitShare();
        for (int i = 0; i < own.length; i++) {
            own[i] = delta[i] * share;
        }
        for (VggTower tower : towers) {
            tower.backward(own, gradient);
        }
    }

    @Override
    public void addUsage(double[][] usage) {
        if (model.spec().mixtures().isEmpty()) {
            throw new IllegalStateException("the network has no mixture layers");
        }
        towers.get(0).addUsage(usage, inferred);
    }
}
