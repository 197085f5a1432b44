package org.almaflow.engine.dl4j;

/** Softmax cross-entropy of one row of logits. */
final class CrossEntropy {
    private CrossEntropy() {}

    /**
     * Replaces logits {@code z[at..at + classes)} by {@code share} times the gradient of their
     * cross-entropy.
     *
     * @return the cross-entropy in nats; NaN when a logit is NaN or none is finite
     */
    static double lossAndGradient(float[] z, int at, int classes, int label, float share) {
        float max = z[at];
        for (int c = 1; c < classes; c++) {
            max = Math.max(max, z[at + c]);
        }
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
