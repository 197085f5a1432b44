package org.almaflow.learning.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;

/** A network in loops over one example at a time. */
final class TestingNetwork implements Network {
    private final NetworkSpec spec;
    private final List<List<TestingLayer>> networks;

    /** In the order of the spec's tensors; null when closed. */
    private float[] parameters;

    private TestingOptimizer optimizer;

    TestingNetwork(NetworkSpec spec) {
        this.spec = spec;
        this.networks = TestingLayers.of(spec);
        this.parameters = new float[Math.toIntExact(spec.parameters())];
    }

    @Override
    public NetworkSpec spec() {
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
    public double trainStep(
            ExampleSet set, int[] rows, int from, int to, Augmentation augmentation) {
        requireOptimizer();
        TestingEngine.Resident resident = resident(set);
        ExampleChecks.requireRows(set, rows, from, to);
        double[] gradient = new double[parameters.length];
        double loss = 0;
        for (int i = from; i < to; i++) {
            double[] x = changed(spec, resident.example(rows[i]), i, augmentation);
            loss += backward(x, resident.label(rows[i]), 1.0 / (to - from), gradient);
        }
        optimizer.step(parameters, gradient);
        return loss;
    }

    static double[] changed(
            NetworkSpec spec, double[] example, int position, Augmentation augmentation) {
        if (augmentation.kind() == Augmentation.Kind.NONE) {
            return example;
        }
        List<Integer> shape = spec.input().shape();
        float[] image = new float[example.length];
        float[] changed = new float[example.length];
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) example[i];
        }
        augmentation.image(image, changed, position, shape.get(0), shape.get(1), shape.get(2));
        return IntStream.range(0, changed.length).mapToDouble(i -> changed[i]).toArray();
    }

    @Override
    public void logits(ExampleSet set, int from, int to, float[] logits) {
        requireOpen();
        TestingEngine.Resident resident = resident(set);
        Objects.checkFromToIndex(from, to, resident.count());
        Objects.checkFromIndexSize(0, (to - from) * spec.classes(), logits.length);
        for (int row = from; row < to; row++) {
            double[] out = mean(forward(resident.example(row)));
            for (int c = 0; c < out.length; c++) {
                logits[(row - from) * out.length + c] = (float) out[c];
            }
        }
    }

    @Override
    public void addUsage(ExampleSet set, int from, int to, double[][] usage) {
        requireOpen();
        if (!(spec instanceof MixtureMlpSpec)) {
            throw new IllegalStateException("the network has no mixture layers");
        }
        List<TestingLayer> layers = networks.get(0);
        for (int row = from; row < to; row++) {
            List<TestingLayer.Trace> traces = forward(resident(set).example(row)).get(0);
            for (int i = 0; i < usage.length; i++) {
                TestingLayer.addUsage(layers.get(i).mixture(), traces.get(i).gates(), 1, usage[i]);
            }
        }
    }

    @Override
    public long bytes() {
        return 4L * parameters.length + (optimizer == null ? 0 : optimizer.bytes());
    }

    @Override
    public void close() {
        parameters = null;
        optimizer = null;
    }

    /** Traces of every layer of every network. */
    private List<List<TestingLayer.Trace>> forward(double[] input) {
        List<List<TestingLayer.Trace>> all = new ArrayList<>();
        for (List<TestingLayer> layers : networks) {
            List<TestingLayer.Trace> traces = new ArrayList<>();
            double[] x = input;
            for (TestingLayer layer : layers) {
                TestingLayer.Trace trace = layer.forward(parameters, x);
                traces.add(trace);
                x = trace.output();
            }
            all.add(traces);
        }
        return all;
    }

    private double[] mean(List<List<TestingLayer.Trace>> all) {
        double[] logits = new double[spec.classes()];
        for (List<TestingLayer.Trace> traces : all) {
            double[] own = traces.get(traces.size() - 1).output();
            for (int c = 0; c < logits.length; c++) {
                logits[c] += own[c] * spec.logitShare();
            }
        }
        return logits;
    }

    /** Adds {@code share} times the gradient of one example's cross-entropy, which it returns. */
    private double backward(double[] input, int label, double share, double[] gradient) {
        List<List<TestingLayer.Trace>> all = forward(input);
        double[] delta = mean(all);
        softmax(delta, 0, delta.length);
        double loss = -Math.log(delta[label]);
        delta[label] -= 1;
        for (int c = 0; c < delta.length; c++) {
            delta[c] *= share * spec.logitShare();
        }
        for (int n = 0; n < all.size(); n++) {
            double[] below = delta;
            for (int i = all.get(n).size() - 1; i >= 0; i--) {
                TestingLayer layer = networks.get(n).get(i);
                below = layer.backward(parameters, all.get(n).get(i), below, gradient);
            }
        }
        return loss;
    }

    static void softmax(double[] z, int from, int count) {
        double max = Double.NEGATIVE_INFINITY;
        for (int c = from; c < from + count; c++) {
            max = Math.max(max, z[c]);
        }
        double sum = 0;
        for (int c = from; c < from + count; c++) {
            z[c] = Math.exp(z[c] - max);
            sum += z[c];
        }
        for (int c = from; c < from + count; c++) {
            z[c] /= sum;
        }
    }

    private TestingEngine.Resident resident(ExampleSet set) {
        TestingEngine.Resident resident = (TestingEngine.Resident) set;
        ExampleChecks.requireFit(set, spec.input(), spec.classes());
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
