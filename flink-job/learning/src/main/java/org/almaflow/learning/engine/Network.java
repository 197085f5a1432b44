package org.almaflow.learning.engine;

import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;

/** A network on the device of an {@link Engine}, with its optimiser. */
public interface Network extends AutoCloseable {
    /** What this network is. */
    NetworkSpec spec();

    /** Replaces the weights, statistics among them. The optimiser's state stays. */
    void load(Tensors weights);

    /** A copy of the weights. */
    Tensors weights();

    /** Sets the optimiser and forgets its state: the start of a session. */
    void resetOptimizer(OptimizerSpec optimizer);

    /** A copy of the optimiser's state, enough to continue bit for bit with the weights. */
    OptimizerState optimizerState();

    /** Sets the optimiser and its state. */
    void restoreOptimizer(OptimizerSpec optimizer, OptimizerState state);

    /**
     * One optimiser step on the mean cross-entropy of a mini-batch. Of a sequence of tokens it is
     * the mean over its targets. Dropout is a pure function of the augmentation's seed, an
     * example's position and the network.
     *
     * @param rows row indices into {@code set}, in the order of the epoch; the mini-batch is {@code
     *     rows[from..to)}
     * @param augmentation what is done to the examples; an example's position is its index in
     *     {@code rows}
     * @return sum of the cross-entropy over the mini-batch before the step, in nats; NaN or
     *     infinite when training has diverged
     * @throws IndexOutOfBoundsException when a row is not in the set; nothing has changed then
     * @throws IllegalArgumentException when the mini-batch is empty or the examples do not fit
     * @throws IllegalStateException without an optimiser, or after the network or set is closed
     */
    double trainStep(ExampleSet set, int[] rows, int from, int to, Augmentation augmentation);

    /** A step on the examples as they are. */
    default double trainStep(ExampleSet set, int[] rows, int from, int to) {
        return trainStep(set, rows, from, to, Augmentation.NONE);
    }

    /**
     * Logits in inference mode.
     *
     * @param logits receives (to − from) × classes values, row-major, from index 0
     * @throws IllegalStateException when the network predicts tokens; see {@link #targets}
     */
    void logits(ExampleSet set, int from, int to, float[] logits);

    /**
     * Log-probabilities, in nats, of the targets of sequences of tokens, in inference mode: that of
     * token i + 1 given tokens 0 … i. What is computed for a sequence depends on no other one.
     *
     * @param logProbabilities receives (to − from) × {@code input.targets()} values, row-major,
     *     from index 0
     * @return how many targets were not the most probable token
     * @throws IllegalStateException when the network predicts classes
     */
    default int targets(ExampleSet set, int from, int to, float[] logProbabilities) {
        throw new IllegalStateException("the network predicts classes, not tokens");
    }

    /**
     * Adds how much each expert is used: for every example the product of the gate probabilities on
     * the path to the expert; of a transformer the sum of the cross-entropy of the targets at the
     * positions that the gate sends to the expert, whether it has room for them or not.
     *
     * @param usage one array for each of {@link NetworkSpec#mixtures}, one element an expert, in
     *     the order of the numbers
     * @throws IllegalStateException when the network has no mixture layers
     */
    void addUsage(ExampleSet set, int from, int to, double[][] usage);

    /**
     * Bytes that the network holds now, on the device and in the heap: weights, gradients,
     * optimiser state, and what it keeps for mini-batches of the sizes it has seen.
     */
    long bytes();

    /** Frees what is kept for mini-batches, which is made again when it is needed. */
    default void release() {}

    @Override
    void close();
}
