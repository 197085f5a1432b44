package org.almaflow.observer;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.almaflow.schemas.DecisionEvent;
import org.apache.commons.csv.CSVPrinter;

/** {@code decisions.csv}: one row per learner and decision of its waiting policy. */
final class DecisionsCsv {
    private static final List<String> COLUMNS =
            List.of(
                    "learner",
                    "waiting",
                    "decision",
                    "arrival",
                    "timer",
                    "train",
                    "reason",
                    "bufferedChunks",
                    "bufferedExamples",
                    "sessions",
                    "figures",
                    "at");

    private DecisionsCsv() {}

    static String of(RunLedger ledger) throws IOException {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter csv = new CSVPrinter(text, RunCsv.FORMAT)) {
            csv.printRecord(COLUMNS);
            for (LearnerLedger learner : ledger.learners()) {
                for (DecisionEvent event : learner.decisions()) {
                    csv.printRecord(row(event));
                }
            }
        }
        return text.toString();
    }

    private static List<Object> row(DecisionEvent event) {
        return List.of(
                event.getLearner(),
                event.getWaiting(),
                event.getDecision(),
                event.getArrival(),
                event.getTimer(),
                event.getTrain(),
                event.getReason(),
                event.getBufferedChunks(),
                event.getBufferedExamples(),
                event.getSessions(),
                figures(event),
                event.getAt());
    }

    /** As {@code name=value}, by name. */
    private static String figures(DecisionEvent event) {
        return event.getFigures().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(figure -> figure.getKey() + "=" + figure.getValue())
                .collect(Collectors.joining(" "));
    }
}
