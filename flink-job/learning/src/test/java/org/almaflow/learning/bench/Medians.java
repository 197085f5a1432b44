package org.almaflow.learning.bench;

import java.util.Arrays;

/** The measure that a single slow round does not move. */
public final class Medians {
    private Medians() {}

    /** Of values whose number is odd. */
    public static double of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
