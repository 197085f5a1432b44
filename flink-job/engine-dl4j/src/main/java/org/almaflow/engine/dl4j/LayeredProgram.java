package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mini-batches of a {@link LayeredModel}. But for the examples themselves, all matrices are
 * transposed, [values, n], so that weights lie as the tensors do and stages loop along the
 * mini-batch.
 */
final class LayeredProgram implements Program {
    /** A linear layer with its operations. */
    private static final class Step {
        final List<Runnable> forward = new ArrayList<>();

        /** Products of one shape, for logits that do not depend on how many rows a layer has. */
        final List<Runnable> exact = new ArrayList<>();

        final List<Runnable> weightGradient = new ArrayList<>();

        /** Makes {@code a} below the gradient of itself. */
        final List<Runnable> inputGradient = new ArrayList<>();

        /** The output [outputs, n], and its gradient. */
        DeviceMemory out;

        /** The stage after it and its output [inputs of the next layer, n]; null for the last. */
        Stage stage;

        DeviceMemory next;
        float[] z;
        float[] dz;
        float[] a;
        float[] da;
    }

    private final LayeredModel model;
    private final int n;
    private final Workspace workspace;
    private final DeviceMemory input;
    private final List<Step> steps = new ArrayList<>();
    private boolean training;

    LayeredProgram(LayeredModel model, int n, Workspace workspace) {
        this.model = model;
        this.n = n;
        this.workspace = workspace;
        this.input = workspace.memory(n, model.layers().get(0).inputs());
        DeviceMemory below = input;
        for (int i = 0; i < model.layers().size(); i++) {
            Step step = step(i, below);
            steps.add(step);
            below = step.next;
        }
    }

    private Step step(int i, DeviceMemory below) {
        LinearLayer layer = model.layers().get(i);
        Step step = new Step();
        step.out = workspace.memory(layer.outputs(), n);
        step.z = workspace.heap(Math.multiplyExact(layer.outputs(), n));
        step.dz = workspace.heap(step.z.length);
        if (i < model.stages().size()) {
            LinearLayer above = model.layers().get(i + 1);
            step.stage = model.stages().get(i).apply(n);
            workspace.count(step.stage.bytes());
            step.next = workspace.memory((long) above.groups() * above.inputs(), n);
            step.a = ones(above.groups() * above.inputs() * n);
            step.da = workspace.heap(step.a.length);
        }
        boolean first = i == 0;
        for (int g = 0; g < layer.groups(); g++) {
            products(layer, g, first, below, step);
        }
        if (layer.panel() > 0) {
            layer.exact(workspace.parameters(), below.array(), first, step.out)
                    .forEach(product -> step.exact.add(workspace.own(product)));
        } else {
            step.exact.addAll(step.forward);
        }
        return step;
    }

    private void products(LinearLayer layer, int g, boolean first, DeviceMemory below, Step step) {
        int in = layer.inputs();
        INDArray x = first ? below.array() : below.matrix((long) g * in * n, in, n);
        INDArray out = step.out.matrix((long) g * layer.rows() * n, layer.rows(), n);
        INDArray weights = layer.matrix(workspace.parameters(), g);
        INDArray gradient = layer.matrix(workspace.gradient(), g);
        step.forward.add(workspace.own(Operation.product(weights, false, x, first, out)));
        step.weightGradient.add(workspace.own(Operation.product(out, false, x, !first, gradient)));
        if (!first) {
            step.inputGradient.add(workspace.own(Operation.product(weights, true, out, false, x)));
        }
    }

    private float[] ones(int length) {
        float[] ones = workspace.heap(length);
        Arrays.fill(ones, 1);
        return ones;
    }

    @Override
    public void gather(ResidentExamples set, int[] rows, int from, Augmentation augmentation) {
        input.copyRows(set.features(), rows, from, from + n);
        Images.augment(model.spec().input(), input, n, from, augmentation);
        training = true;
    }

    @Override
    public void gather(ResidentExamples set, int from) {
        input.copyRows(set.features(), from);
        training = false;
    }

    @Override
    public void forward(float[] logits) {
        hidden();
        Step last = steps.get(steps.size() - 1);
        run(last);
        int classes = model.spec().classes();
        float share = model.spec().logitShare();
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < classes; c++) {
                float sum = 0;
                for (int at = c * n + r; at < last.z.length; at += classes * n) {
                    sum += last.z[at];
                }
                logits[r * classes + c] = sum * share;
            }
        }
    }

    /** Computes every layer but the last. */
    private void hidden() {
        for (Step step : steps.subList(0, steps.size() - 1)) {
            run(step);
            step.stage.forward(step.z, step.a);
            step.next.write(0, step.a, step.a.length);
        }
    }

    private void run(Step step) {
        (training ? step.forward : step.exact).forEach(Runnable::run);
        step.out.read(step.z, step.z.length);
    }

    @Override
    public void backward(float[] delta, float[] gradient) {
        Step last = steps.get(steps.size() - 1);
        spread(delta, last.dz);
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            step.out.write(0, step.dz, step.dz.length);
            step.weightGradient.forEach(Runnable::run);
            if (i > 0) {
                Step below = steps.get(i - 1);
                step.inputGradient.forEach(Runnable::run);
                below.next.read(below.da, below.da.length);
                below.stage.backward(below.z, below.a, below.da, below.dz);
            }
        }
        workspace.gradient().read(gradient, gradient.length);
    }

    /** The gradient of every network's logits, from that of their sum or mean. */
    private void spread(float[] delta, float[] dz) {
        int classes = model.spec().classes();
        float share = model.spec().logitShare();
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < classes; c++) {
                for (int at = c * n + r; at < dz.length; at += classes * n) {
                    dz[at] = delta[r * classes + c] * share;
                }
            }
        }
    }

    @Override
    public void addUsage(double[][] usage) {
        if (!(model.spec() instanceof MixtureMlpSpec)) {
            Program.super.addUsage(usage);
        }
        hidden();
        for (int i = 0; i < usage.length; i++) {
            steps.get(i).stage.addUsage(steps.get(i).z, usage[i]);
        }
    }
}
