package org.almaflow.learning.session;

import java.util.Arrays;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.InputSpec;

/**
 * Predictions of several networks for the same examples, added up: the prediction is their mean.
 *
 * <p>Of sequences of tokens only the targets' probabilities are added, so that no more than these
 * leaves the device: {@link #TARGETS} in the place of the number of classes.
 *
 * @param averaging what is added: probabilities or logits
 * @param networks how many were added
 * @param sum [examples, classes], row-major
 */
public record PredictionSum(Averaging averaging, int classes, int networks, float[] sum) {
    /** The prediction of one network. */
    public static PredictionSum of(Averaging averaging, int classes, float[] logits) {
        float[] values = logits.clone();
        if (averaging == Averaging.PROBABILITIES) {
            for (int row = 0; row < values.length; row += classes) {
                softmax(values, row, row + classes);
            }
        }
        return new PredictionSum(averaging, classes, 1, values);
    }

    /** Number of classes of a sum of targets' probabilities. */
    public static final int TARGETS = 1;

    /** What one network predicts of sequences of tokens. */
    public static PredictionSum ofTargets(float[] logProbabilities) {
        float[] values = new float[logProbabilities.length];
        for (int i = 0; i < values.length; i++) {
            // Below that the mean would have no logarithm.
            values[i] = Math.max((float) Math.exp(logProbabilities[i]), Float.MIN_NORMAL);
        }
        return new PredictionSum(Averaging.PROBABILITIES, TARGETS, 1, values);
    }

    /** Of what an evaluation has kept, see {@link Evaluation#kept}. */
    public static PredictionSum ofKept(
            Averaging averaging, InputSpec input, int classes, float[] kept) {
        return input.tokens() ? ofTargets(kept) : of(averaging, classes, kept);
    }

    /** Both together. */
    public PredictionSum plus(PredictionSum other) {
        if (other.averaging != averaging
                || other.classes != classes
                || other.sum.length != sum.length) {
            throw new IllegalArgumentException(
                    "predictions of %d values cannot be added to those of %d"
                            .formatted(other.sum.length, sum.length));
        }
        float[] both = sum.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] += other.sum[i];
        }
        return new PredictionSum(averaging, classes, networks + other.networks, both);
    }

    /**
     * Score of the mean prediction. Which token is the most probable is not known of targets: as
     * many count as wrong as would be if tokens were drawn by their probabilities.
     *
     * @param labels not looked at where there are only targets
     */
    public Score score(int[] labels) {
        if (classes == TARGETS) {
            return targetScore();
        }
        float[] logits = sum.clone();
        for (int i = 0; i < logits.length; i++) {
            float mean = logits[i] / networks;
            // The softmax of log p is p.
            logits[i] = averaging == Averaging.LOGITS ? mean : (float) Math.log(mean);
        }
        return Score.NONE.plus(logits, labels.length, classes, labels, 0);
    }

    private Score targetScore() {
        float[] logarithms = new float[sum.length];
        double wrong = 0;
        for (int i = 0; i < sum.length; i++) {
            float mean = sum[i] / networks;
            logarithms[i] = (float) Math.log(mean);
            wrong += 1 - mean;
        }
        return Score.NONE.plusTargets(logarithms, sum.length, Math.round(wrong));
    }

    /** Class probabilities of the mean prediction, [examples, classes]. */
    public float[] probabilities() {
        float[] mean = sum.clone();
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= networks;
        }
        return averaging == Averaging.LOGITS
                ? of(Averaging.PROBABILITIES, classes, mean).sum
                : mean;
    }

    private static void softmax(float[] values, int from, int to) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            max = Math.max(max, values[i]);
        }
        double total = 0;
        for (int i = from; i < to; i++) {
            values[i] = (float) Math.exp(values[i] - max);
            total += values[i];
        }
        for (int i = from; i < to; i++) {
            values[i] = (float) (values[i] / total);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PredictionSum that
                && averaging == that.averaging
                && classes == that.classes
                && networks == that.networks
                && Arrays.equals(sum, that.sum);
    }

    @Override
    public int hashCode() {
        return 31 * networks + Arrays.hashCode(sum);
    }
}
