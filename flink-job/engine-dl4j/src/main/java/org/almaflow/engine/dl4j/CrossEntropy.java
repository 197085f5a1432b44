package org.almaflow.engine.dl4j;

/** Softmax cross-entropy of one row of logits. */
final class CrossEntropy {
    private CrossEntropy() {}

    /**
     * Logarithm of the probability of class {@code label} by logits {@code z[at..at + classes)};
     * NaN as the cross-entropy.
     */
    static float logProbability(float[] z, int at, int classes, int label) {
        float max = largest(z, at, classes);
        double sum = 0;
        for (int c = at; c < at + classes; c++) {
            sum += (float) Math.exp(z[c] - max);
        }
        return (float) ((double) z[at + label] - max - Math.log(sum));
    }

    /** NaN when one is. */
    private static float largest(float[] z, int at, int classes) {
        float max = z[at];
        for (int c = at + 1; c < at + classes; c++) {
            max = Math.max(max, z[c]);
        }
        return max;
    }

    /** Whether no logit {@code z[at..at + classes)} is larger than that of {@code label}. */
    static boolean isLargest(float[] z, int at, int classes, int label) {
        for (int c = at; c < at + classes; c++) {
            if (!(z[c] <= z[at + label])) {
                return false;
            }
        }
        return true;
    }

    /**
     * Replaces logits {@code z[at..at + classes)} by {@code share} times the gradient of their
     * cross-entropy.
     *
     * @return the cross-entropy in nats; NaN when a logit is NaN or none is finite
     */
    static double lossAndGradient(float[] z, int at, int classes, int label, float share) {
        float max = largest(z, at, classes);
        double target = (double) z[at + label] - max;
        double sum = 0;
        for (int c = at; c < at + classes; c++) {
            float e = (float) Math.exp(z[c] - max);
            z[c] = e;
            sum += e;
        }
        float factor = (float) (share / sum);
        for (int c = at; c < at + classes; c++) {
            z[c] *= factor;
        }
        z[at + label] -= share;
        return Math.log(sum) - target;
    }
}
