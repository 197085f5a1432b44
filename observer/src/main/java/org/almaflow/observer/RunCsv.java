package org.almaflow.observer;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * The tables of a run as CSV: a header, then one row an event; full double precision, times in ISO
 * 8601, what is not known is NaN.
 */
final class RunCsv {
    static final CSVFormat FORMAT = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
    private static final List<String> EVALUATION_COLUMNS =
            List.of(
                    "learner",
                    "family",
                    "waiting",
                    "seed",
                    "arrival",
                    "trained",
                    "snapshotVersion",
                    "error",
                    "loss",
                    "holdoutExamples",
                    "cumulativeError",
                    "parameters",
                    "cumulativeParameters",
                    "trainForwardMacs",
                    "totalMacs",
                    "sessions",
                    "epochs",
                    "examplesTrained",
                    "trainSeconds",
                    "lagSeconds",
                    "arrivedAt",
                    "availableAt",
                    "prequentialExamples",
                    "prequentialError",
                    "prequentialLoss",
                    "cumulativePrequentialError",
                    "prequentialMacs",
                    "measure",
                    "perplexity");
    private static final List<String> SESSION_COLUMNS =
            List.of(
                    "learner",
                    "member",
                    "session",
                    "arrival",
                    "reason",
                    "chunks",
                    "trainExamples",
                    "validationExamples",
                    "epochs",
                    "maxEpochs",
                    "trainLoss",
                    "validationLoss",
                    "validationAccuracy",
                    "bestValidationAccuracy",
                    "examplesTrained",
                    "trainForwardMacs",
                    "totalMacs",
                    "seconds",
                    "peakMemoryBytes",
                    "closedAt",
                    "queuedSeconds");

    private RunCsv() {}

    /** One row per learner and arrival 1, 2, …; arrival 0 is in the summary. */
    static String evaluations(RunLedger ledger) throws IOException {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter csv = new CSVPrinter(text, FORMAT)) {
            csv.printRecord(EVALUATION_COLUMNS);
            for (LearnerLedger learner : ledger.learners()) {
                for (EvaluationEvent event : learner.evaluated()) {
                    csv.printRecord(row(event));
                }
            }
        }
        return text.toString();
    }

    /** One row per closed session (and member). */
    static String sessions(RunLedger ledger) throws IOException {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter csv = new CSVPrinter(text, FORMAT)) {
            csv.printRecord(SESSION_COLUMNS);
            for (LearnerLedger learner : ledger.learners()) {
                for (SessionEvent event : learner.closed()) {
                    csv.printRecord(row(event));
                }
            }
        }
        return text.toString();
    }

    private static List<Object> row(EvaluationEvent event) {
        return List.of(
                event.getLearner(),
                event.getFamily(),
                event.getWaiting(),
                event.getSeed(),
                event.getArrival(),
                event.getTrained(),
                event.getSnapshotVersion(),
                event.getError(),
                event.getLoss(),
                event.getHoldoutExamples(),
                event.getCumulativeError(),
                event.getParameters(),
                event.getCumulativeParameters(),
                event.getTrainForwardMacs(),
                event.getTotalMacs(),
                event.getSessions(),
                event.getEpochs(),
                event.getExamplesTrained(),
                event.getTrainSeconds(),
                Duration.between(event.getArrivedAt(), event.getAvailableAt()).toMillis() / 1e3,
                event.getArrivedAt(),
                event.getAvailableAt(),
                event.getPrequentialExamples(),
                event.getPrequentialError(),
                event.getPrequentialLoss(),
                event.getCumulativePrequentialError(),
                event.getPrequentialMacs(),
                event.getMeasure(),
                event.getPerplexity());
    }

    private static List<Object> row(SessionEvent event) {
        return List.of(
                event.getLearner(),
                event.getMember(),
                event.getSession(),
                event.getArrival(),
                event.getReason(),
                event.getChunks().stream().map(String::valueOf).collect(Collectors.joining(" ")),
                event.getTrainExamples(),
                event.getValidationExamples(),
                event.getEpoch(),
                event.getMaxEpochs(),
                event.getTrainLoss(),
                event.getValidationLoss(),
                event.getValidationAccuracy(),
                event.getBestValidationAccuracy(),
                event.getExamplesTrained(),
                event.getTrainForwardMacs(),
                event.getTotalMacs(),
                event.getSeconds(),
                event.getPeakMemoryBytes(),
                event.getAt(),
                event.getQueuedSeconds());
    }
}
