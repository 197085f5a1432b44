package org.almaflow.observer.report;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.almaflow.observer.LearnerLedger;
import org.almaflow.observer.Metric;
import org.almaflow.observer.MetricSubscriber;
import org.almaflow.observer.Observation;
import org.almaflow.observer.RunLedger;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Topics;

/** The runs that a report can be made of: from files, from a ledger, or from Kafka. */
public final class ReportRuns {
    private static final Duration LONGEST_READ = Duration.ofMinutes(5);

    private ReportRuns() {}

    /**
     * The runs whose files are in these folders.
     *
     * @throws ReportException when a folder has none, has a line that cannot be read, or has the
     *     same run as another
     */
    public static List<ReportRun> inFolders(List<Path> folders) {
        Map<String, ReportRun> runs = new LinkedHashMap<>();
        for (Path folder : folders) {
            ReportRun run = RunFolder.read(folder);
            ReportRun same = runs.putIfAbsent(run.id(), run);
            if (same != null) {
                throw new ReportException(
                        "run %s is in %s and in %s; name one of them"
                                .formatted(run.id(), same.source(), run.source()));
            }
        }
        return List.copyOf(runs.values());
    }

    /**
     * A run that is known already.
     *
     * @param source where it comes from, for people
     */
    public static ReportRun of(RunLedger ledger, String source) {
        List<LearnerRun> learners = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (LearnerLedger learner : ledger.learners()) {
            if (learner.arrivals() == 0) {
                notes.add(
                        "Run %s: learner %s was not evaluated after any arrival."
                                .formatted(ledger.run(), learner.id()));
            } else {
                learners.add(learner(ledger.run(), learner));
            }
        }
        return new ReportRun(
                ledger.run(),
                ledger.experiment(),
                ledger.stream(),
                source,
                ledger.chunks(),
                learners,
                notes);
    }

    private static LearnerRun learner(String run, LearnerLedger learner) {
        List<EvaluationEvent> evaluated = learner.evaluated();
        EvaluationEvent first = evaluated.get(0);
        return new LearnerRun(
                run,
                learner.id(),
                first.getFamily(),
                first.getWaiting(),
                first.getSettings(),
                first.getSeed(),
                first.getMeasure(),
                learner.untrained().map(EvaluationEvent::getError).orElse(Double.NaN),
                evaluated.stream().map(ReportRuns::point).toList(),
                learner.decisions().stream()
                        .map(d -> new DecisionPoint(d.getArrival(), d.getTrain(), d.getReason()))
                        .toList());
    }

    private static ArrivalPoint point(EvaluationEvent event) {
        return new ArrivalPoint(
                event.getArrival(),
                event.getTrained(),
                event.getError(),
                event.getPrequentialExamples() > 0 ? event.getPrequentialError() : Double.NaN,
                event.getTotalMacs(),
                event.getSessions(),
                event.getArrivedAt(),
                event.getAvailableAt());
    }

    /**
     * One run from its topics: what was committed when the reading began.
     *
     * @param client Kafka client properties
     * @param wanted id of the run; the one that published last where it is empty
     * @param patience how long to wait for the broker
     * @throws ReportException when there is no such run
     * @throws org.almaflow.schemas.TopicException when the broker or a topic is not there
     */
    public static ReportRun inTopics(
            Map<String, Object> client, Topics topics, Optional<String> wanted, Duration patience) {
        RunLedger run =
                ledger(
                        client,
                        topics,
                        EnumSet.of(Metric.EVALUATIONS, Metric.DECISIONS),
                        wanted,
                        patience);
        return of(run, source(client) + ", topic " + topics.evaluations());
    }

    /**
     * What one run has committed to some of its topics, the evaluations among them.
     *
     * @param wanted id of the run; the one that published last where it is empty
     * @throws ReportException when there is no such run
     */
    public static RunLedger ledger(
            Map<String, Object> client,
            Topics topics,
            Set<Metric> metrics,
            Optional<String> wanted,
            Duration patience) {
        Map<String, RunLedger> runs = new LinkedHashMap<>();
        try (MetricSubscriber subscriber =
                new MetricSubscriber(
                        client, topics, metrics, MetricSubscriber.Start.BEGINNING, patience)) {
            subscriber.readToEnd(LONGEST_READ).forEach(seen -> take(runs, seen));
        }
        return chosen(runs, wanted, topics, source(client));
    }

    private static String source(Map<String, Object> client) {
        return String.valueOf(client.get("bootstrap.servers"));
    }

    private static void take(Map<String, RunLedger> runs, Observation seen) {
        if (seen instanceof Observation.Event event) {
            if (event.value() instanceof EvaluationEvent evaluation) {
                last(runs, evaluation.getRun(), evaluation.getStream()).add(evaluation);
            } else if (event.value() instanceof DecisionEvent decision) {
                last(runs, decision.getRun(), decision.getStream()).add(decision);
            } else if (event.value() instanceof SnapshotEvent snapshot) {
                last(runs, snapshot.getRun(), snapshot.getStream()).add(snapshot);
            }
        }
    }

    /** The run's ledger, which now stands at the end of the map: it published last. */
    private static RunLedger last(Map<String, RunLedger> runs, String run, String stream) {
        RunLedger known = runs.remove(run);
        RunLedger ledger = known == null ? new RunLedger(run, stream, List.of()) : known;
        runs.put(run, ledger);
        return ledger;
    }

    private static RunLedger chosen(
            Map<String, RunLedger> runs, Optional<String> wanted, Topics topics, String source) {
        if (runs.isEmpty()) {
            throw new ReportException(
                    "topic %s at %s has no evaluation yet; make a report after the first arrival"
                            .formatted(topics.evaluations(), source));
        }
        String newest = List.copyOf(runs.keySet()).get(runs.size() - 1);
        RunLedger run = runs.get(wanted.orElse(newest));
        if (run == null) {
            throw new ReportException(
                    "--run: there is no run '%s'; there are %s"
                            .formatted(wanted.orElseThrow(), listed(runs)));
        }
        return run;
    }

    private static String listed(Map<String, RunLedger> runs) {
        return runs.keySet().stream().sorted().collect(Collectors.joining(", "));
    }
}
