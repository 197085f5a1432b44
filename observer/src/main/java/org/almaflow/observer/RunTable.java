package org.almaflow.observer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;

/** A run as a table for people: one row a learner, as it is now or at the end. */
public final class RunTable {
    /** From this many columns on there is room for words. */
    private static final int WIDE = 100;

    private static final String NONE = "–";

    private RunTable() {}

    /**
     * How far each learner is.
     *
     * @param width columns of the screen; 80 or more show everything
     * @return the header, then one line a learner
     */
    public static List<String> progress(RunLedger ledger, int width) {
        boolean wide = width >= WIDE;
        Measure measure = Measures.of(ledger);
        boolean text = measure == Measure.CROSS_ENTROPY;
        TextTable table =
                wide
                        ? new TextTable(
                                        "<learner",
                                        "arrival",
                                        Measures.name(measure),
                                        Measures.sum(measure),
                                        "session",
                                        "epoch",
                                        text ? "perplexity" : "validation",
                                        "loss",
                                        "MACs",
                                        "training",
                                        "lag")
                                .atLeast(12, 7, 8, 7, 7, 7, 10, 6, 8, 8, 8)
                        : new TextTable(
                                        "<learner",
                                        "arrival",
                                        Measures.name(measure),
                                        Measures.sum(measure),
                                        "session",
                                        "epoch",
                                        text ? "perpl." : "val.",
                                        "MACs",
                                        "lag")
                                .atLeast(8, 7, 7, 6, 7, 5, 7, 6, 7);
        for (LearnerLedger learner : ledger.learners()) {
            List<String> cells = new ArrayList<>(result(learner, ledger.chunks(), wide));
            cells.addAll(session(learner, text, wide));
            cells.add(Figures.count(macs(learner)));
            if (wide) {
                cells.add(Figures.span(trained(learner)));
            }
            cells.add(
                    learner.newest()
                            .filter(e -> e.getArrival() > 0)
                            .map(RunTable::lag)
                            .orElse(NONE));
            table.row(cells.toArray(String[]::new));
        }
        return cut(table.lines(), width);
    }

    private static List<String> result(LearnerLedger learner, long chunks, boolean wide) {
        Optional<EvaluationEvent> newest = learner.newest();
        return List.of(
                shortened(learner.id(), wide ? 32 : 11),
                learner.arrivals() + of(chunks),
                newest.map(Measures::value).orElse(NONE),
                newest.map(e -> Figures.decimal(learner.cumulativeError())).orElse(NONE));
    }

    private static String of(long chunks) {
        return chunks == 0 ? "" : "/" + chunks;
    }

    /** Of the sessions that evaluations count, and of the one that trains now. */
    private static long macs(LearnerLedger learner) {
        long counted = learner.newest().map(EvaluationEvent::getTotalMacs).orElse(0L);
        return counted + uncounted(learner).map(SessionEvent::getTotalMacs).orElse(0L);
    }

    private static Duration trained(LearnerLedger learner) {
        double counted = learner.newest().map(EvaluationEvent::getTrainSeconds).orElse(0.0);
        double now = uncounted(learner).map(SessionEvent::getSeconds).orElse(0.0);
        return Duration.ofMillis(Math.round(1e3 * (counted + now)));
    }

    private static Optional<SessionEvent> uncounted(LearnerLedger learner) {
        long counted = learner.newest().map(EvaluationEvent::getSessions).orElse(0L);
        return learner.session().filter(session -> session.getSession() > counted);
    }

    /**
     * Session, epoch, validation accuracy and, where there is room, loss. Text has the perplexity
     * of the holdout in the place of an accuracy, which says the same of the validation set.
     */
    private static List<String> session(LearnerLedger learner, boolean text, boolean wide) {
        Optional<SessionEvent> newest = learner.session();
        String quality = text ? perplexity(learner) : newest.map(RunTable::accuracy).orElse(NONE);
        List<String> cells = new ArrayList<>();
        cells.add(newest.map(event -> String.valueOf(event.getSession())).orElse(NONE));
        cells.add(newest.map(RunTable::epoch).orElse(NONE));
        cells.add(quality);
        if (wide) {
            cells.add(newest.map(event -> Figures.decimal(event.getTrainLoss())).orElse(NONE));
        }
        return cells;
    }

    private static String perplexity(LearnerLedger learner) {
        return learner.newest().map(e -> Measures.perplexity(e.getPerplexity())).orElse(NONE);
    }

    private static String epoch(SessionEvent event) {
        return event.getEpoch() + (isClosed(event) ? " ✓" : "/" + event.getMaxEpochs());
    }

    private static String accuracy(SessionEvent event) {
        return Figures.percent(
                isClosed(event)
                        ? event.getBestValidationAccuracy()
                        : event.getValidationAccuracy());
    }

    private static boolean isClosed(SessionEvent event) {
        return event.getPhase() == SessionPhase.CLOSED;
    }

    private static String lag(EvaluationEvent event) {
        return Figures.span(Duration.between(event.getArrivedAt(), event.getAvailableAt()));
    }

    /**
     * The final figures. Where there is room for a mean of the errors, text has its perplexity.
     *
     * @return the header, then one line for each learner that was evaluated
     */
    public static List<String> summary(RunLedger ledger, int width) {
        boolean wide = width >= WIDE;
        Measure measure = Measures.of(ledger);
        boolean text = measure == Measure.CROSS_ENTROPY;
        TextTable table =
                wide
                        ? new TextTable(
                                "<learner",
                                "<waiting",
                                "arrivals",
                                "final " + Measures.name(measure),
                                Measures.sum(measure),
                                text ? "perplexity" : Measures.sum(measure) + "/B",
                                "sessions",
                                "epochs",
                                "forward MACs",
                                "training",
                                "wall clock")
                        : new TextTable(
                                "<learner",
                                "arrivals",
                                Measures.name(measure),
                                Measures.sum(measure),
                                "sessions",
                                "epochs",
                                "MACs",
                                "training",
                                "wall");
        for (LearnerLedger learner : ledger.learners()) {
            learner.summary().ifPresent(figures -> table.row(cells(figures, wide)));
        }
        return cut(table.lines(), width);
    }

    /** How many dead letters there are; empty where there are none. */
    public static Optional<String> letters(RunLedger ledger) {
        int own = ledger.deadLetters().size();
        long others = ledger.otherDeadLetters();
        if (own + others == 0) {
            return Optional.empty();
        }
        String more = others == 0 ? "" : "; of other streams: %d".formatted(others);
        return Optional.of("dead letters: %d%s".formatted(own, more));
    }

    private static String[] cells(LearnerSummary figures, boolean wide) {
        String id = shortened(figures.id(), wide ? 32 : 14);
        String error = Measures.value(figures.measure(), figures.finalError());
        String cer = Figures.decimal(figures.cer());
        String arrivals = String.valueOf(figures.arrivals());
        String sessions = String.valueOf(figures.sessions());
        String epochs = String.valueOf(figures.epochs());
        String macs = Figures.count(figures.trainForwardMacs());
        String training = seconds(figures.trainSeconds());
        String wall = seconds(figures.wallSeconds());
        return wide
                ? new String[] {
                    id,
                    figures.waiting(),
                    arrivals,
                    error,
                    cer,
                    figures.measure() == Measure.CROSS_ENTROPY
                            ? Measures.perplexity(figures.finalPerplexity())
                            : Figures.decimal(figures.cerPerArrival()),
                    sessions,
                    epochs,
                    macs,
                    training,
                    wall
                }
                : new String[] {id, arrivals, error, cer, sessions, epochs, macs, training, wall};
    }

    private static String seconds(double seconds) {
        return Figures.span(Duration.ofMillis(Math.round(1e3 * seconds)));
    }

    private static String shortened(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width - 1) + "…";
    }

    private static List<String> cut(List<String> lines, int width) {
        return lines.stream().map(line -> shortened(line, width)).toList();
    }
}
