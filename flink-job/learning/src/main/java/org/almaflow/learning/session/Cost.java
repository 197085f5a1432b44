package org.almaflow.learning.session;

/**
 * What training cost (SEMANTICS, Metrics).
 *
 * @param examples training examples passed, every epoch counted
 * @param trainForwardMacs forward multiply-accumulates of those
 * @param totalMacs forward, backward (twice forward), validation and growth multiply-accumulates
 */
public record Cost(long examples, long trainForwardMacs, long totalMacs) {
    /** Nothing. */
    public static final Cost NONE = new Cost(0, 0, 0);

    /** One training step on {@code n} examples. */
    public Cost plusTraining(long n, long forwardMacs) {
        return new Cost(
                examples + n, trainForwardMacs + n * forwardMacs, totalMacs + 3 * n * forwardMacs);
    }

    /** A forward pass over {@code n} examples that are not trained on. */
    public Cost plusForward(long n, long forwardMacs) {
        return new Cost(examples, trainForwardMacs, totalMacs + n * forwardMacs);
    }

    /** Forward and backward passes over {@code n} examples to look at gradients, not to train. */
    public Cost plusProbe(long n, long forwardMacs) {
        return new Cost(examples, trainForwardMacs, totalMacs + 3 * n * forwardMacs);
    }

    /** What was added to {@code before}. */
    public Cost minus(Cost before) {
        return new Cost(
                examples - before.examples,
                trainForwardMacs - before.trainForwardMacs,
                totalMacs - before.totalMacs);
    }

    /** Sum of both. */
    public Cost plus(Cost other) {
        return new Cost(
                examples + other.examples,
                trainForwardMacs + other.trainForwardMacs,
                totalMacs + other.totalMacs);
    }
}
