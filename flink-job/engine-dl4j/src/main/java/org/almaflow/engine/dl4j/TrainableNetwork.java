package org.almaflow.engine.dl4j;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.ExampleChecks;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.OptimizerState;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;

/**
 * A network of any {@link Model}: one flat parameter vector and one flat gradient vector on the
 * device, whose parts its programs use, and programs for a few sizes of mini-batches. The
 * optimiser's state and the master copy of the parameters are on the heap; a step gets the gradient
 * there and copies the parameters back.
 */
final class TrainableNetwork implements Network {
    /** Sizes of mini-batches whose programs are kept: full and last ones of training and logits. */
    private static final int KEPT_SIZES = 8;

    /** A program and its memory. */
    private record Kept(Program program, Workspace workspace) {}

    private final Model model;
    private final NetworkSpec spec;
    private final Layout layout;
    private final DeviceMemory parameters;
    private final DeviceMemory gradient;
    private final float[] gradientCopy;

    /** The values that are no parameters, in the order of the spec's tensors. */
    private final float[] statistics;

    /** Null when closed. */
    private float[] theta;

    private Optimizer optimizer;
    private float[] scores = new float[0];

    /** What is to be predicted of one example. */
    private final int[] targets;

    private final Map<Integer, Kept> programs = new LinkedHashMap<>(16, 0.75f, true);

    TrainableNetwork(Model model) {
        this.model = model;
        this.spec = model.spec();
        this.layout = model.layout();
        this.targets = new int[spec.input().targets()];
        this.theta = new float[layout.length()];
        this.statistics = new float[Math.toIntExact(spec.values() - spec.parameters())];
        this.gradientCopy = new float[layout.length()];
        this.parameters = DeviceMemory.zeros(1, layout.length());
        this.gradient = DeviceMemory.zeros(1, layout.length());
    }

    @Override
    public NetworkSpec spec() {
        return spec;
    }

    @Override
    public void load(Tensors weights) {
        requireOpen();
        float[] flat = weights.flat(spec);
        theta = layout.fromTensors(flat);
        System.arraycopy(flat, layout.parameters(), statistics, 0, statistics.length);
        parameters.write(0, theta, theta.length);
    }

    @Override
    public Tensors weights() {
        requireOpen();
        int trainable = layout.parameters();
        float[] flat = Arrays.copyOf(layout.toTensors(theta), trainable + statistics.length);
        System.arraycopy(statistics, 0, flat, trainable, statistics.length);
        return Tensors.ofFlat(spec, flat);
    }

    @Override
    public void resetOptimizer(OptimizerSpec optimizerSpec) {
        requireOpen();
        optimizer = new Optimizer(optimizerSpec, layout.length());
    }

    @Override
    public OptimizerState optimizerState() {
        requireOptimizer();
        return optimizer.state(layout);
    }

    @Override
    public void restoreOptimizer(OptimizerSpec optimizerSpec, OptimizerState state) {
        requireOpen();
        Optimizer restored = new Optimizer(optimizerSpec, layout.length());
        restored.restore(state, layout);
        optimizer = restored;
    }

    @Override
    public double trainStep(
            ExampleSet set, int[] rows, int from, int to, Augmentation augmentation) {
        requireOptimizer();
        ResidentExamples examples = examples(set);
        ExampleChecks.requireRows(set, rows, from, to);
        Program program = program(to - from);
        program.gather(examples, rows, from, augmentation);
        program.forward(scores(to - from));
        double loss = lossAndGradient(examples, rows, from, to);
        program.backward(scores, gradientCopy);
        optimizer.step(theta, gradientCopy);
        parameters.write(0, theta, theta.length);
        return loss;
    }

    /** Returns the sum of the losses and replaces the logits by the gradient of their mean. */
    private double lossAndGradient(ResidentExamples set, int[] rows, int from, int to) {
        int classes = spec.classes();
        int each = spec.input().targets();
        float share = 1f / ((to - from) * each);
        double loss = 0;
        int at = 0;
        for (int i = from; i < to; i++) {
            set.targets(rows[i], targets);
            for (int target : targets) {
                loss += CrossEntropy.lossAndGradient(scores, at, classes, target, share);
                at += classes;
            }
        }
        return loss / each;
    }

    @Override
    public int targets(ExampleSet set, int from, int to, float[] logProbabilities) {
        if (!spec.input().tokens()) {
            return Network.super.targets(set, from, to, logProbabilities);
        }
        ResidentExamples examples = examples(set);
        int each = spec.input().targets();
        Objects.checkFromIndexSize(0L, (long) (to - from) * each, (long) logProbabilities.length);
        int[] wrong = {0};
        blocks(
                set,
                from,
                to,
                (program, row, rows) -> {
                    program.forward(scores(model.inferenceRows(rows)));
                    for (int i = 0; i < rows; i++) {
                        int at = (row - from + i) * each;
                        wrong[0] += score(examples, row + i, i * each, logProbabilities, at);
                    }
                });
        return wrong[0];
    }

    /** Scores the targets of an example whose logits begin at row {@code first}. */
    private int score(ResidentExamples set, int row, int first, float[] logProbabilities, int at) {
        int classes = spec.classes();
        int wrong = 0;
        set.targets(row, targets);
        for (int i = 0; i < targets.length; i++) {
            int z = (first + i) * classes;
            logProbabilities[at + i] = CrossEntropy.logProbability(scores, z, classes, targets[i]);
            wrong += CrossEntropy.isLargest(scores, z, classes, targets[i]) ? 0 : 1;
        }
        return wrong;
    }

    @Override
    public void logits(ExampleSet set, int from, int to, float[] logits) {
        ExampleChecks.requireClasses(spec.input());
        int classes = spec.classes();
        Objects.checkFromIndexSize(0L, (long) (to - from) * classes, (long) logits.length);
        blocks(
                set,
                from,
                to,
                (program, row, rows) -> {
                    program.forward(scores(model.inferenceRows(rows)));
                    System.arraycopy(scores, 0, logits, (row - from) * classes, rows * classes);
                });
    }

    @Override
    public void addUsage(ExampleSet set, int from, int to, double[][] usage) {
        blocks(set, from, to, (program, row, rows) -> program.addUsage(usage));
    }

    /** What is done with a block of examples that a program has taken. */
    private interface BlockAction {
        void run(Program program, int row, int rows);
    }

    private void blocks(ExampleSet set, int from, int to, BlockAction action) {
        requireOpen();
        ResidentExamples examples = examples(set);
        Objects.checkFromToIndex(from, to, examples.count());
        for (int row = from; row < to; row += model.block()) {
            int rows = Math.min(model.block(), to - row);
            Program program = program(model.inferenceRows(rows));
            program.gather(examples, row, rows);
            action.run(program, row, rows);
        }
    }

    @Override
    public long bytes() {
        requireOpen();
        long floats = 2L * layout.length() + statistics.length + scores.length;
        long all = floats * Float.BYTES + parameters.bytes() + gradient.bytes();
        for (Kept kept : programs.values()) {
            all += kept.workspace().bytes();
        }
        return all + (optimizer == null ? 0 : optimizer.bytes());
    }

    private float[] scores(int rows) {
        int values = Math.multiplyExact(rows * spec.input().targets(), spec.classes());
        if (scores.length < values) {
            scores = new float[values];
        }
        return scores;
    }

    @Override
    public void release() {
        programs.values().forEach(kept -> kept.workspace().close());
        programs.clear();
    }

    @Override
    public void close() {
        if (theta == null) {
            return;
        }
        theta = null;
        optimizer = null;
        release();
        parameters.close();
        gradient.close();
    }

    /** The program for that many rows; those not used for longest make place. */
    private Program program(int rows) {
        Kept kept = programs.get(rows);
        if (kept == null) {
            if (programs.size() == KEPT_SIZES) {
                int eldest = programs.keySet().iterator().next();
                programs.remove(eldest).workspace().close();
            }
            kept = make(rows);
            programs.put(rows, kept);
        }
        return kept.program();
    }

    private Kept make(int rows) {
        Workspace workspace = new Workspace(parameters, gradient, statistics);
        try {
            return new Kept(model.program(rows, workspace), workspace);
        } catch (RuntimeException e) {
            workspace.close();
            throw e;
        }
    }

    private ResidentExamples examples(ExampleSet set) {
        if (set instanceof ResidentExamples examples) {
            examples.requireFit(spec.input(), spec.classes());
            return examples;
        }
        throw new IllegalArgumentException("the example set was uploaded by another engine");
    }

    private void requireOpen() {
        if (theta == null) {
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
