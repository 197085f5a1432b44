package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.Augmentation;

/**
 * The buffers and operations of a mini-batch of a fixed number of rows, made once and used for
 * every mini-batch of that size. They use the parameters on the device as these are then.
 */
interface Program {
    /**
     * Takes the examples {@code rows[from..from + n)} of a set, changed as {@code augmentation}
     * says; for training.
     */
    void gather(ResidentExamples set, int[] rows, int from, Augmentation augmentation);

    /** Takes the n examples that start at {@code from}; for inference. */
    void gather(ResidentExamples set, int from);

    /**
     * Takes {@code count} examples, at most n, that start at {@code from}; for inference. What is
     * computed for the other rows means nothing.
     */
    default void gather(ResidentExamples set, int from, int count) {
        gather(set, from);
    }

    /**
     * Computes the logits of the rows taken, in training or inference mode as they were taken; in
     * training mode it moves the statistics. Of sequences of tokens there are logits for every
     * target: n is their number then, here and below.
     *
     * @param logits receives n × classes values, row-major, from index 0
     */
    void forward(float[] logits);

    /**
     * Computes the gradient of every parameter, after {@link #forward}.
     *
     * @param delta gradient of the logits, n × classes values
     * @param gradient receives it, in the order of the layout; holds anything before
     */
    void backward(float[] delta, float[] gradient);

    /**
     * Computes how much each expert is used by the rows taken and adds it to {@code usage}.
     *
     * @throws IllegalStateException when the network has no mixture layers
     */
    default void addUsage(double[][] usage) {
        throw new IllegalStateException("the network has no mixture layers");
    }
}
