package org.almaflow.learning.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.OptimizerState;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;

/**
 * A network whose validation passes give the accuracies of a script, one an epoch, on sets whose
 * labels are all 0; NaN makes the logits NaN. Its weights count the training steps, so that one
 * sees which were kept.
 */
final class TestingScriptedNetwork implements Network {
    private final NetworkSpec spec =
            new MlpSpec(
                    new InputSpec(ElementType.UINT8, List.of(1), List.of(), List.of()),
                    List.of(),
                    2);
    private final Deque<Double> accuracies = new ArrayDeque<>();
    private double accuracy;
    private float steps;
    final List<Integer> trainedRows = new ArrayList<>();
    final List<Integer> batchSizes = new ArrayList<>();
    double loss = 1;

    /** One of the weights. */
    float weight;

    TestingScriptedNetwork(Double... accuracies) {
        this.accuracies.addAll(Arrays.asList(accuracies));
    }

    @Override
    public NetworkSpec spec() {
        return spec;
    }

    @Override
    public void load(Tensors weights) {
        steps = weights.flat(spec)[0];
    }

    @Override
    public Tensors weights() {
        float[] flat = new float[(int) spec.parameters()];
        flat[0] = steps;
        flat[1] = weight;
        return Tensors.ofFlat(spec, flat);
    }

    @Override
    public void resetOptimizer(OptimizerSpec optimizer) {}

    @Override
    public OptimizerState optimizerState() {
        return new OptimizerState((long) steps, new float[0][]);
    }

    @Override
    public void restoreOptimizer(OptimizerSpec optimizer, OptimizerState state) {}

    @Override
    public double trainStep(
            ExampleSet set, int[] rows, int from, int to, Augmentation augmentation) {
        steps++;
        batchSizes.add(to - from);
        for (int i = from; i < to; i++) {
            trainedRows.add(rows[i]);
        }
        return loss * (to - from);
    }

    @Override
    public void logits(ExampleSet set, int from, int to, float[] logits) {
        if (from == 0) {
            accuracy = accuracies.remove();
        }
        if (Double.isNaN(accuracy)) {
            Arrays.fill(logits, 0, 2 * (to - from), Float.NaN);
            return;
        }
        long right = Math.round(accuracy * set.count());
        for (int i = from; i < to; i++) {
            logits[2 * (i - from)] = i < right ? 1 : 0;
            logits[2 * (i - from) + 1] = i < right ? 0 : 1;
        }
    }

    @Override
    public void addUsage(ExampleSet set, int from, int to, double[][] usage) {
        throw new IllegalStateException("no mixture layers");
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {}

    /** A set without data. */
    record Rows(int count) implements ExampleSet {
        @Override
        public InputSpec input() {
            return new InputSpec(ElementType.UINT8, List.of(1), List.of(), List.of());
        }

        @Override
        public int classes() {
            return 2;
        }

        @Override
        public int[] labels() {
            return new int[count];
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public void append(Examples examples) {
            throw new IllegalArgumentException("there is no room");
        }

        @Override
        public void close() {}
    }
}
