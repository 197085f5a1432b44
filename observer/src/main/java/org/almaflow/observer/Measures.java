package org.almaflow.observer;

import java.util.Locale;
import java.util.Optional;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;

/** How what learners are measured by is called and written. */
public final class Measures {
    private Measures() {}

    /** The measured value of an evaluation: {@code 5.31 %}, {@code 1.703 nats}. */
    public static String value(EvaluationEvent event) {
        return value(event.getMeasure(), event.getError());
    }

    /** A value in its unit; {@code –} when it is not known. */
    public static String value(Measure measure, double value) {
        if (measure == Measure.ERROR || Double.isNaN(value)) {
            return Figures.percent(value);
        }
        return String.format(Locale.ROOT, "%.3f nats", value);
    }

    /** Of text: from how many equally likely tokens to choose would be as hard; {@code 5.49}. */
    static String perplexity(double perplexity) {
        return perplexity > 0 ? Figures.figure(perplexity) : "–";
    }

    /** What a value is: {@code error}, {@code cross-entropy}. */
    public static String name(Measure measure) {
        return measure == Measure.ERROR ? "error" : "cross-entropy";
    }

    /** What the sum of the values over the arrivals is. */
    public static String sum(Measure measure) {
        return measure == Measure.ERROR ? "CER" : "sum";
    }

    /** What the learners of a run are measured by: all alike, since they see the same stream. */
    public static Measure of(RunLedger ledger) {
        return ledger.learners().stream()
                .map(LearnerLedger::newest)
                .flatMap(Optional::stream)
                .map(EvaluationEvent::getMeasure)
                .findFirst()
                .orElse(Measure.ERROR);
    }
}
