package org.almaflow.learning.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;

/**
 * Convolutional networks of {@link TestingEngine}: the definition itself, with gradients by central
 * differences. Only for networks of a few hundred parameters.
 */
final class TestingVgg implements Network {
    private final NetworkSpec spec;
    private final ReferenceNetwork definition;

    /** All values, in the order of the spec's tensors; null when closed. */
    private float[] values;

    private TestingOptimizer optimizer;

    TestingVgg(NetworkSpec spec) {
        this.spec = spec;
        this.definition = new ReferenceNetwork(spec);
        this.values = new float[Math.toIntExact(spec.values())];
    }

    @Override
    public NetworkSpec spec() {
        return spec;
    }

    @Override
    public void load(Tensors weights) {
        values = weights.flat(spec);
    }

    @Override
    public Tensors weights() {
        return Tensors.ofFlat(spec, values);
    }

    @Override
    public void resetOptimizer(OptimizerSpec rule) {
        optimizer = new TestingOptimizer(rule, Math.toIntExact(spec.parameters()));
    }

    @Override
    public OptimizerState optimizerState() {
        return optimizer.state();
    }

    @Override
    public void restoreOptimizer(OptimizerSpec rule, OptimizerState state) {
        resetOptimizer(rule);
        optimizer.restore(state);
    }

    @Override
    public double trainStep(
            ExampleSet set, int[] rows, int from, int to, Augmentation augmentation) {
        TestingEngine.Resident resident = (TestingEngine.Resident) set;
        Objects.checkFromToIndex(from, to, rows.length);
        List<double[]> xs = new ArrayList<>();
        int[] labels = new int[to - from];
        for (int i = from; i < to; i++) {
            xs.add(TestingNetwork.changed(spec, resident.example(rows[i]), i, augmentation));
            labels[i - from] = resident.label(rows[i]);
        }
        double[] before = doubles();
        double loss = definition.loss(before, xs, labels);
        double[] gradient = definition.gradient(before, xs, labels);
        double[] moved = definition.moved(before, xs);
        float[] theta = Arrays.copyOf(values, Math.toIntExact(spec.parameters()));
        optimizer.step(theta, gradient);
        for (int i = 0; i < values.length; i++) {
            values[i] = i < theta.length ? theta[i] : (float) moved[i];
        }
        return loss;
    }

    @Override
    public void logits(ExampleSet set, int from, int to, float[] logits) {
        double[] parameters = doubles();
        for (int row = from; row < to; row++) {
            double[] x = ((TestingEngine.Resident) set).example(row);
            double[] own = definition.logits(parameters, x);
            for (int c = 0; c < own.length; c++) {
                logits[(row - from) * own.length + c] = (float) own[c];
            }
        }
    }

    @Override
    public void addUsage(ExampleSet set, int from, int to, double[][] usage) {
        if (spec.mixtures().isEmpty()) {
            throw new IllegalStateException("the network has no mixture layers");
        }
        for (int row = from; row < to; row++) {
            double[] x = ((TestingEngine.Resident) set).example(row);
            new ReferenceVgg((VggSpec) spec, doubles()).addUsage(x, usage);
        }
    }

    private double[] doubles() {
        double[] doubles = new double[values.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    @Override
    public long bytes() {
        return 4L * values.length + (optimizer == null ? 0 : optimizer.bytes());
    }

    @Override
    public void close() {
        values = null;
    }
}
