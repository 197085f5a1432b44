package org.almaflow.observer.report;

import org.almaflow.observer.Measures;
import org.almaflow.schemas.Measure;

/**
 * What a report calls the figure that learners are measured by: errors, or the cross-entropy of
 * text where every learner predicts tokens.
 */
record Wording(Measure measure) {
    private static final String PER_TOKEN = "cross-entropy, nats per token";

    private boolean error() {
        return measure == Measure.ERROR;
    }

    /** Whether learners have a perplexity. */
    boolean perplexity() {
        return measure == Measure.CROSS_ENTROPY;
    }

    /** Axis of what is measured on the holdout. */
    String holdout() {
        return error() ? "holdout error" : "holdout " + PER_TOKEN;
    }

    /** Axis of what is measured on arriving chunks. */
    String arriving() {
        return error() ? "error on the arriving chunk" : "arriving chunk's " + PER_TOKEN;
    }

    /** Axis of the sum over arrivals. */
    String sum() {
        return error()
                ? "CER: sum of the holdout errors over the arrivals"
                : "sum of the holdout cross-entropies over the arrivals, nats per token";
    }

    /** Name of a figure, such as {@code Error over arrivals}, in this wording. */
    String title(String title) {
        if (error()) {
            return title;
        }
        return title.replace("Prequential error", "Prequential cross-entropy")
                .replace("Error", "Cross-entropy")
                .replace("CER", "Summed cross-entropy");
    }

    /** Caption in this wording. */
    String caption(String caption) {
        if (error()) {
            return caption;
        }
        return caption.replace("Cumulative error rate", "Sum of the cross-entropies")
                .replace(
                        "Share of each arriving chunk that",
                        "Cross-entropy of each arriving chunk by")
                .replace(" misclassified,", ",")
                .replace("CER", "the sum")
                .replace("error", "cross-entropy");
    }

    /** Header of a column, such as {@code final error}, with its unit. */
    String column(String name) {
        return error() ? name + ", %" : name.replace("error", "cross-entropy") + ", nats";
    }

    /** Name of the column of the sums. */
    String sumColumn() {
        return error() ? "CER" : "sum";
    }

    /** A mean and deviation in the column's unit. */
    String text(Spread spread) {
        return error() ? spread.text(100, 2) : spread.text(1, 3);
    }

    /** One value with its unit. */
    String text(double value) {
        return Measures.value(measure, value);
    }

    Tick tick() {
        return error() ? Tick.PERCENT : Tick.PLAIN;
    }
}
