package org.almaflow.learning.session;

/**
 * Sums over classified examples, or over targets of sequences of tokens.
 *
 * @param examples how many
 * @param wrong how many were misclassified (the first largest logit decides)
 * @param lossSum sum of the cross-entropy, nats
 */
public record Score(long examples, long wrong, double lossSum) {
    /** Of no example. */
    public static final Score NONE = new Score(0, 0, 0);

    /** Adds {@code count} rows of logits [count, classes] with labels {@code labels[from..]}. */
    public Score plus(float[] logits, int count, int classes, int[] labels, int from) {
        long wrongHere = 0;
        double lossHere = 0;
        for (int i = 0; i < count; i++) {
            int row = i * classes;
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (logits[row + c] > logits[row + best]) {
                    best = c;
                }
            }
            int label = labels[from + i];
            if (best != label || Float.isNaN(logits[row + best])) {
                wrongHere++;
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[row + c] - logits[row + best]);
            }
            lossHere += Math.log(sum) + logits[row + best] - logits[row + label];
        }
        return new Score(examples + count, wrong + wrongHere, lossSum + lossHere);
    }

    /**
     * Adds targets of sequences: each counts as an example.
     *
     * @param logProbabilities the first {@code count} are theirs
     * @param wrongHere how many were not the most probable token
     */
    public Score plusTargets(float[] logProbabilities, int count, long wrongHere) {
        double lossHere = 0;
        for (int i = 0; i < count; i++) {
            lossHere -= logProbabilities[i];
        }
        return new Score(examples + count, wrong + wrongHere, lossSum + lossHere);
    }

    /** Share misclassified; NaN of no example. */
    public double error() {
        return (double) wrong / examples;
    }

    /** Share classified rightly; NaN of no example. */
    public double accuracy() {
        return 1 - error();
    }

    /** Mean cross-entropy in nats; NaN of no example. */
    public double loss() {
        return lossSum / examples;
    }

    /**
     * How many tokens to choose from evenly would be as hard: {@code exp(loss)}; NaN of no example.
     */
    public double perplexity() {
        return Math.exp(loss());
    }
}
