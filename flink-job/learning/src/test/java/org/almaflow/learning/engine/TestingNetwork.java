package org.almaflow.learning.engine;

import java.util.List;
import java.util.Objects;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.Tensors;

/** An MLP in loops over one example at a time. */
final class TestingNetwork implements Network {
    private final MlpSpec spec;
    private final List<Integer> widths;

    /** Weights [out, in] and bias [out] of each layer, one after another; null when closed. */
    private float[] parameters;

    private TestingOptimizer optimizer;

    TestingNetwork(MlpSpec spec) {
        this.spec = spec;
        this.widths = spec.widths();
        this.parameters = new float[Math.toIntExact(spec.parameters())];
    }

    @Override
    public MlpSpec spec() {
        return spec;
    }

    @Override
    public void load(Tensors weights) {
        requireOpen();
        parameters = weights.flat(spec);
    }

    @Override
    public Tensors weights() {
        requireOpen();
        return Tensors.ofFlat(spec, parameters);
    }

    @Override
    public void resetOptimizer(OptimizerSpec spec) {
        requireOpen();
        optimizer = new TestingOptimizer(spec, parameters.length);
    }

    @Override
    public OptimizerState optimizerState() {
        requireOptimizer();
        return optimizer.state();
    }

    @Override
    public void restoreOptimizer(OptimizerSpec spec, OptimizerState state) {
        resetOptimizer(spec);
        optimizer.restore(state);
    }

    @Override
    public double trainStep(ExampleSet set, int[] rows, int from, int to) {
        requireOptimizer();
        Objects.checkFromToIndex(from, to, rows.length);
        if (from == to) {
            throw new IllegalArgumentException("a mini-batch needs 1 example or more");
        }
        TestingEngine.Resident resident = resident(set);
        for (int i = from; i < to; i++) {
            Objects.checkIndex(rows[i], resident.count());
        }
        double[] gradient = new double[parameters.length];
        double loss = 0;
        for (int i = from; i < to; i++) {
            loss += backward(resident, rows[i], 1.0 / (to - from), gradient);
        }
        optimizer.step(parameters, gradient);
        return loss;
    }

    @Override
    public void logits(ExampleSet set, int from, int to, float[] logits) {
        requireOpen();
        TestingEngine.Resident resident = resident(set);
        Objects.checkFromToIndex(from, to, resident.count());
        Objects.checkFromIndexSize(0, (to - from) * spec.classes(), logits.length);
        for (int row = from; row < to; row++) {
            double[] out = forward(resident.example(row))[widths.size() - 1];
            for (int c = 0; c < out.length; c++) {
                logits[(row - from) * out.length + c] = (float) out[c];
            }
        }
    }

    @Override
    public void close() {
        parameters = null;
        optimizer = null;
    }

    /** Activations of every layer: the input first, the logits last. */
    private double[][] forward(double[] input) {
        double[][] activations = new double[widths.size()][];
        activations[0] = input;
        int at = 0;
        for (int layer = 1; layer < activations.length; layer++) {
            double[] x = activations[layer - 1];
            double[] y = new double[widths.get(layer)];
            int bias = at + x.length * y.length;
            for (int o = 0; o < y.length; o++) {
                double sum = parameters[bias + o];
                for (int i = 0; i < x.length; i++) {
                    sum += (double) parameters[at + o * x.length + i] * x[i];
                }
                y[o] = layer + 1 == activations.length ? sum : Math.max(sum, 0); // keeps NaN
            }
            activations[layer] = y;
            at = bias + y.length;
        }
        return activations;
    }

    /** Adds {@code share} times the gradient of one example's cross-entropy, which it returns. */
    private double backward(TestingEngine.Resident set, int row, double share, double[] gradient) {
        double[][] activations = forward(set.example(row));
        double[] logits = activations[activations.length - 1];
        double[] delta = softmax(logits);
        int label = set.label(row);
        double loss = -Math.log(delta[label]);
        delta[label] -= 1;
        int at = parameters.length;
        for (int layer = activations.length - 1; layer > 0; layer--) {
            double[] x = activations[layer - 1];
            at -= (x.length + 1) * delta.length;
            double[] below = new double[x.length];
            for (int o = 0; o < delta.length; o++) {
                gradient[at + x.length * delta.length + o] += share * delta[o];
                for (int i = 0; i < x.length; i++) {
                    gradient[at + o * x.length + i] += share * delta[o] * x[i];
                    below[i] += delta[o] * parameters[at + o * x.length + i];
                }
            }
            for (int i = 0; i < x.length; i++) {
                below[i] = x[i] <= 0 ? 0 : below[i]; // keeps NaN
            }
            delta = below;
        }
        return loss;
    }

    private static double[] softmax(double[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (double z : logits) {
            max = Math.max(max, z);
        }
        double[] p = new double[logits.length];
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            p[c] = Math.exp(logits[c] - max);
            sum += p[c];
        }
        for (int c = 0; c < p.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    private TestingEngine.Resident resident(ExampleSet set) {
        TestingEngine.Resident resident = (TestingEngine.Resident) set;
        if (resident.input.elements() != widths.get(0) || resident.classes != spec.classes()) {
            throw new IllegalArgumentException(
                    "examples of %s with %d classes do not fit a network of %s with %d"
                            .formatted(
                                    resident.input,
                                    resident.classes,
                                    spec.input(),
                                    spec.classes()));
        }
        return resident;
    }

    private void requireOpen() {
        if (parameters == null) {
            throw new IllegalStateException("the network is closed");
        }
    }

    private void requireOptimizer() {
        requireOpen();
        if (optimizer == null) {
            throw new IllegalStateException("the network has no optimiser; call resetOptimizer");
        }
    }
}
