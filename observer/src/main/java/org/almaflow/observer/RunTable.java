package org.almaflow.observer;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.almaflow.schemas.EvaluationEvent;
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
        TextTable table =
                new TextTable("<learner", "arrival", "error", "CER", "<session", "MACs", "lag");
        for (LearnerLedger learner : ledger.learners()) {
            Optional<EvaluationEvent> newest = learner.newest();
            table.row(
                    shortened(learner.id(), width >= WIDE ? 32 : 14),
                    learner.arrivals() + of(ledger.chunks()),
                    newest.map(e -> Figures.percent(e.getError())).orElse(NONE),
                    newest.map(e -> Figures.decimal(learner.cumulativeError())).orElse(NONE),
                    learner.session().map(s -> session(s, width >= WIDE)).orElse(NONE),
                    macs(learner),
                    newest.filter(e -> e.getArrival() > 0).map(RunTable::lag).orElse(NONE));
        }
        return cut(table.lines(), width);
    }

    private static String of(long chunks) {
        return chunks == 0 ? "" : "/" + chunks;
    }

    /** Of closed sessions as the evaluations count them, and of the one that trains now. */
    private static String macs(LearnerLedger learner) {
        long done = learner.newest().map(EvaluationEvent::getTotalMacs).orElse(0L);
        long now =
                learner.session()
                        .filter(s -> s.getPhase() != SessionPhase.CLOSED)
                        .map(SessionEvent::getTotalMacs)
                        .orElse(0L);
        return Figures.count(done + now);
    }

    private static String session(SessionEvent event, boolean wide) {
        boolean closed = event.getPhase() == SessionPhase.CLOSED;
        double accuracy =
                closed ? event.getBestValidationAccuracy() : event.getValidationAccuracy();
        if (wide) {
            return String.format(
                    Locale.ROOT,
                    "%d %s  epoch %2d/%d  validation %s",
                    event.getSession(),
                    closed ? "done    " : "training",
                    event.getEpoch(),
                    event.getMaxEpochs(),
                    Figures.percent(accuracy));
        }
        return String.format(
                Locale.ROOT,
                "%d %s %2d/%d val %s",
                event.getSession(),
                closed ? "done" : "ep. ",
                event.getEpoch(),
                event.getMaxEpochs(),
                Figures.percent(accuracy));
    }

    private static String lag(EvaluationEvent event) {
        return Figures.span(Duration.between(event.getArrivedAt(), event.getAvailableAt()));
    }

    /**
     * The final figures.
     *
     * @return the header, then one line for each learner that was evaluated
     */
    public static List<String> summary(RunLedger ledger, int width) {
        boolean wide = width >= WIDE;
        TextTable table =
                wide
                        ? new TextTable(
                                "<learner",
                                "<waiting",
                                "arrivals",
                                "final error",
                                "CER",
                                "CER/B",
                                "sessions",
                                "epochs",
                                "forward MACs",
                                "training",
                                "wall clock")
                        : new TextTable(
                                "<learner",
                                "arrivals",
                                "error",
                                "CER",
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

    private static String[] cells(LearnerSummary figures, boolean wide) {
        String id = shortened(figures.id(), wide ? 32 : 14);
        String error = Figures.percent(figures.finalError());
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
                    Figures.decimal(figures.cerPerArrival()),
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
