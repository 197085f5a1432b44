package org.almaflow.learning.waiting;

/** Checks of a policy's values; the messages complete "KEY: ...". */
final class Require {
    private Require() {}

    static void atLeastOne(long n) {
        if (n < 1) {
            throw new IllegalArgumentException("must be a whole number from 1, not " + n);
        }
    }

    /** A finite number above {@code least}. */
    static void above(double least, double number) {
        if (!(number > least) || Double.isInfinite(number)) {
            throw new IllegalArgumentException(
                    "must be a number greater than %s, not %s"
                            .formatted(Numbers.text(least), number));
        }
    }
}
