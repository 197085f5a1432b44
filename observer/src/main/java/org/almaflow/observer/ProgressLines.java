package org.almaflow.observer;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.apache.avro.specific.SpecificRecord;

/** A run as plain lines, for where a table cannot be redrawn: one a session and evaluation. */
public final class ProgressLines {
    private ProgressLines() {}

    /** The line for an event; none for those that only move a live table. */
    public static Optional<String> line(SpecificRecord event) {
        if (event instanceof EvaluationEvent evaluation) {
            return Optional.of(evaluation(evaluation));
        }
        if (event instanceof SessionEvent session) {
            return session(session);
        }
        return event instanceof DeadLetter letter ? Optional.of(letter(letter)) : Optional.empty();
    }

    private static String evaluation(EvaluationEvent event) {
        String arrival =
                event.getChunks() == 0
                        ? String.valueOf(event.getArrival())
                        : event.getArrival() + "/" + event.getChunks();
        return String.format(
                Locale.ROOT,
                "arrival %-6s %-12s %s %7s  %s%s %7s  MACs %7s  lag %s",
                arrival,
                event.getLearner(),
                Measures.name(event.getMeasure()),
                Measures.value(event),
                event.getMeasure() == Measure.CROSS_ENTROPY
                        ? "perplexity " + Measures.perplexity(event.getPerplexity()) + "  "
                        : "",
                Measures.sum(event.getMeasure()),
                Figures.decimal(event.getCumulativeError()),
                Figures.count(event.getTotalMacs()),
                Figures.span(Duration.between(event.getArrivedAt(), event.getAvailableAt())));
    }

    private static Optional<String> session(SessionEvent event) {
        if (event.getPhase() == SessionPhase.EPOCH) {
            return Optional.empty();
        }
        String head =
                String.format(
                        Locale.ROOT, "session %-6d %-12s", event.getSession(), event.getLearner());
        return Optional.of(head + " " + (isClosed(event) ? closed(event) : opened(event)));
    }

    private static boolean isClosed(SessionEvent event) {
        return event.getPhase() == SessionPhase.CLOSED;
    }

    private static String opened(SessionEvent event) {
        return String.format(
                Locale.ROOT,
                "opened at arrival %d: %s; %d examples",
                event.getArrival(),
                event.getReason(),
                event.getTrainExamples());
    }

    private static String closed(SessionEvent event) {
        return String.format(
                Locale.ROOT,
                "closed after %d epochs: %s; validation %s, %s",
                event.getEpoch(),
                event.getReason(),
                Figures.percent(event.getBestValidationAccuracy()),
                Figures.span(Duration.ofMillis(Math.round(1e3 * event.getSeconds()))));
    }

    private static String letter(DeadLetter letter) {
        return "dead letter    %s: %s".formatted(letter.getReason(), letter.getDetail());
    }
}
