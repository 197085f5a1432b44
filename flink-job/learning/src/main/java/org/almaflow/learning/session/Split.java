package org.almaflow.learning.session;

import java.util.Arrays;
import org.almaflow.learning.engine.Examples;

/**
 * A chunk's examples, parted once into training and validation. The same chunk is parted in the
 * same way for every learner of an experiment and in every session.
 */
public record Split(Examples train, Examples validation) {
    /** Rounding errors of share × n must not lose an example: 0.29 × 100 is 29. */
    private static final double ROUNDING = 1e-9;

    /**
     * Parts a chunk; floor(share × n) examples are for validation.
     *
     * @param chunk index of the chunk
     */
    public static Split of(Examples examples, long chunk, double share, long experimentSeed) {
        int n = examples.count();
        int validation = part(n, share);
        int[] order = order(n, chunk, experimentSeed);
        return new Split(
                examples.select(Arrays.copyOfRange(order, validation, n)),
                examples.select(Arrays.copyOf(order, validation)));
    }

    /** The rows of a chunk: those for validation, then those for training. */
    public static int[] order(int n, long chunk, long experimentSeed) {
        return Seeds.permutation(n, Seeds.derive(experimentSeed, Seeds.Purpose.SPLIT, chunk));
    }

    /** floor(share × n), without losing an example to rounding. */
    public static int part(int n, double share) {
        return (int) Math.floor(share * n + ROUNDING);
    }
}
