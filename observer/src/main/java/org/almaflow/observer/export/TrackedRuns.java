package org.almaflow.observer.export;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.almaflow.observer.LearnerLedger;
import org.almaflow.observer.Metric;
import org.almaflow.observer.RunLedger;
import org.almaflow.observer.report.ReportException;
import org.almaflow.observer.report.ReportRuns;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.Topics;

/** The runs that can be exported: of a demo's folder, or of the metric topics. */
public final class TrackedRuns {
    private TrackedRuns() {}

    /**
     * The run whose files are in the folder.
     *
     * @throws ReportException when there is none, or it cannot be read
     */
    public static TrackedRun inFolder(Path folder) {
        RunLedger ledger = StoredRun.read(folder);
        return tracked(ledger, learner -> StoredModels.of(folder, ledger.run(), learner.id()));
    }

    /**
     * A run of the topics, as far as it was committed when the reading began.
     *
     * @param wanted id of the run; the one that published last where it is empty
     * @throws ReportException when there is no such run
     */
    public static TrackedRun inTopics(
            Map<String, Object> client, Topics topics, Optional<String> wanted, Duration patience) {
        return tracked(
                ReportRuns.ledger(
                        client,
                        topics,
                        EnumSet.of(Metric.EVALUATIONS, Metric.SNAPSHOTS),
                        wanted,
                        patience),
                TrackedRuns::published);
    }

    private static TrackedRun tracked(
            RunLedger ledger, Function<LearnerLedger, List<TrackedRun.ModelRef>> models) {
        List<TrackedRun.Learner> learners = new ArrayList<>();
        for (LearnerLedger learner : ledger.learners()) {
            if (learner.newest().isPresent()) {
                learners.add(learner(ledger, learner, models.apply(learner)));
            }
        }
        if (learners.isEmpty()) {
            throw new ReportException(
                    "run %s has no evaluation yet; export it after the first arrival"
                            .formatted(ledger.run()));
        }
        return new TrackedRun(ledger.run(), ledger.experiment(), ledger.stream(), learners);
    }

    private static TrackedRun.Learner learner(
            RunLedger run, LearnerLedger learner, List<TrackedRun.ModelRef> models) {
        return new TrackedRun.Learner(
                learner.id(),
                params(run, learner, models),
                Stream.concat(learner.untrained().stream(), learner.evaluated().stream())
                        .map(TrackedRuns::point)
                        .toList(),
                models,
                run.chunks() > 0 && learner.arrivals() == run.chunks());
    }

    private static SortedMap<String, String> params(
            RunLedger run, LearnerLedger learner, List<TrackedRun.ModelRef> models) {
        EvaluationEvent newest = learner.newest().orElseThrow();
        SortedMap<String, String> params = new TreeMap<>(newest.getSettings());
        params.put("learner", learner.id());
        params.put("family", newest.getFamily());
        params.put("wait", newest.getWaiting());
        params.put("seed", Long.toString(newest.getSeed()));
        params.put("stream", run.stream());
        params.put("chunks", Long.toString(run.chunks()));
        params.put("holdout_examples", Long.toString(newest.getHoldoutExamples()));
        if (!models.isEmpty()) {
            params.put("network", models.get(models.size() - 1).network());
        }
        return params;
    }

    private static TrackedRun.Point point(EvaluationEvent event) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        boolean error = event.getMeasure() == Measure.ERROR;
        metrics.put(error ? "error" : "cross_entropy", event.getError());
        if (!error) {
            metrics.put("perplexity", event.getPerplexity());
        }
        metrics.put("loss", event.getLoss());
        metrics.put(error ? "cer" : "cumulative_cross_entropy", event.getCumulativeError());
        metrics.put("parameters", (double) event.getParameters());
        metrics.put("cumulative_parameters", (double) event.getCumulativeParameters());
        metrics.put("train_forward_macs", (double) event.getTrainForwardMacs());
        metrics.put("total_macs", (double) event.getTotalMacs());
        metrics.put("sessions", (double) event.getSessions());
        metrics.put("epochs", (double) event.getEpochs());
        metrics.put("examples_trained", (double) event.getExamplesTrained());
        metrics.put("train_seconds", event.getTrainSeconds());
        metrics.put("snapshot_version", (double) event.getSnapshotVersion());
        metrics.put("lag_seconds", lagSeconds(event));
        if (event.getPrequentialExamples() > 0) {
            metrics.put(
                    error ? "prequential_error" : "prequential_cross_entropy",
                    event.getPrequentialError());
            metrics.put("prequential_loss", event.getPrequentialLoss());
            metrics.put(
                    error ? "cumulative_prequential_error" : "cumulative_prequential_cross_entropy",
                    event.getCumulativePrequentialError());
        }
        metrics.values().removeIf(value -> !Double.isFinite(value));
        return new TrackedRun.Point(event.getArrival(), event.getAvailableAt(), metrics);
    }

    private static double lagSeconds(EvaluationEvent event) {
        return Duration.between(event.getArrivedAt(), event.getAvailableAt()).toMillis() / 1e3;
    }

    private static List<TrackedRun.ModelRef> published(LearnerLedger learner) {
        return learner.snapshots().stream()
                .flatMap(
                        snapshot ->
                                snapshot.getMembers().stream()
                                        .map(
                                                file ->
                                                        new TrackedRun.ModelRef(
                                                                snapshot.getVersion(),
                                                                file.getMember(),
                                                                file.getPath(),
                                                                file.getSha256(),
                                                                file.getNetwork())))
                .toList();
    }
}
