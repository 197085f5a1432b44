package org.almaflow.engine.dl4j;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.OptimizerState;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;

/**
 * An MLP: one flat parameter vector and one flat gradient vector on the device, whose parts the
 * layers use, and buffers for a few sizes of mini-batches. The optimiser's state and the master
 * copy of the parameters are on the heap; a step copies the gradient there and the parameters back.
 */
final class MlpNetwork implements Network {
    /** Rows of one block of {@link #logits}. */
    private static final int BLOCK = 256;

    /** Sizes of mini-batches whose buffers are kept: full and last ones of training and logits. */
    private static final int KEPT_SIZES = 8;

    private final MlpSpec spec;
    private final Layout layout;
    private final DeviceMemory parameters;
    private final DeviceMemory gradient;
    private final float[] gradientCopy;

    /** Null when closed. */
    private float[] theta;

    private Optimizer optimizer;
    private float[] scores = new float[0];
    private final Map<Integer, Batch> batches = new LinkedHashMap<>(16, 0.75f, true);

    MlpNetwork(MlpSpec spec) {
        this.spec = spec;
        this.layout = new Layout(spec);
        this.theta = new float[layout.length()];
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
        theta = layout.fromTensors(weights.flat(spec));
        parameters.write(0, theta, theta.length);
    }

    @Override
    public Tensors weights() {
        requireOpen();
        return Tensors.ofFlat(spec, layout.toTensors(theta));
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
    public double trainStep(ExampleSet set, int[] rows, int from, int to) {
        requireOptimizer();
        ResidentExamples examples = examples(set);
        Objects.checkFromToIndex(from, to, rows.length);
        if (from == to) {
            throw new IllegalArgumentException("a mini-batch needs 1 example or more");
        }
        examples.requireRows(rows, from, to);
        Batch batch = batch(to - from);
        batch.input().copyRows(examples.features(), rows, from, to);
        batch.forward();
        double loss = lossAndGradient(batch, examples, rows, from);
        batch.backward();
        gradient.read(gradientCopy, gradientCopy.length);
        batch.biasGradients(gradientCopy);
        optimizer.step(theta, gradientCopy);
        parameters.write(0, theta, theta.length);
        return loss;
    }

    /** Returns the sum of the losses and replaces the logits by the gradient of their mean. */
    private double lossAndGradient(Batch batch, ResidentExamples set, int[] rows, int from) {
        int classes = spec.classes();
        int values = batch.rows() * classes;
        if (scores.length < values) {
            scores = new float[values];
        }
        batch.logits().read(scores, values);
        float share = 1f / batch.rows();
        double loss = 0;
        for (int i = 0; i < batch.rows(); i++) {
            int label = set.label(rows[from + i]);
            loss += CrossEntropy.lossAndGradient(scores, i * classes, classes, label, share);
        }
        batch.logits().write(0, scores, values);
        return loss;
    }

    @Override
    public void logits(ExampleSet set, int from, int to, float[] logits) {
        requireOpen();
        ResidentExamples examples = examples(set);
        Objects.checkFromToIndex(from, to, examples.count());
        int classes = spec.classes();
        Objects.checkFromIndexSize(0L, (long) (to - from) * classes, (long) logits.length);
        float[] block = new float[Math.min(BLOCK, to - from) * classes];
        for (int row = from; row < to; row += BLOCK) {
            Batch batch = batch(Math.min(BLOCK, to - row));
            batch.input().copyRows(examples.features(), row);
            batch.forward();
            int values = batch.rows() * classes;
            batch.logits().read(block, values);
            System.arraycopy(block, 0, logits, (row - from) * classes, values);
        }
    }

    @Override
    public void close() {
        if (theta == null) {
            return;
        }
        theta = null;
        optimizer = null;
        batches.values().forEach(Batch::close);
        batches.clear();
        parameters.close();
        gradient.close();
    }

    /** Buffers for that many rows; those not used for longest make place. */
    private Batch batch(int rows) {
        Batch batch = batches.get(rows);
        if (batch == null) {
            if (batches.size() == KEPT_SIZES) {
                int eldest = batches.keySet().iterator().next();
                batches.remove(eldest).close();
            }
            batch = new Batch(rows, layout, parameters, gradient);
            batches.put(rows, batch);
        }
        return batch;
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
