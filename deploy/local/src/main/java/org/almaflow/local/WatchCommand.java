package org.almaflow.local;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.almaflow.observer.ArrivalGoal;
import org.almaflow.observer.Metric;
import org.almaflow.observer.MetricSubscriber;
import org.almaflow.observer.MetricSubscriber.Start;
import org.almaflow.observer.Observation;
import org.almaflow.schemas.EvaluationEvent;
import org.apache.avro.specific.SpecificRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code alma watch}. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Show what a job publishes, as a table or as JSON lines.",
            "Topics: evaluations, decisions, sessions, snapshots, dead-letters. Without one:"
                    + " evaluations, from the oldest on."
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  alma watch evaluations --from-beginning --json --kafka 127.0.0.1:9092",
            "  alma watch sessions decisions --learner sm-w1 --since 10m",
            "  alma watch --learner sm-w1 --learner sm-w5 --until-arrival 50"
        })
final class WatchCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);

    @Parameters(
            arity = "0..*",
            paramLabel = "TOPIC",
            description =
                    "One or more of evaluations, decisions, sessions, snapshots, dead-letters.")
    private List<String> topics = List.of();

    @Mixin private KafkaOptions kafka;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    @Option(
            names = "--from-beginning",
            description = "Begin with the oldest event (default: with the next one).")
    private boolean fromBeginning;

    @Option(
            names = "--since",
            paramLabel = "T",
            converter = Since.class,
            description =
                    "Begin with what was published at this time, such as 2026-01-31T12:00:00Z (this"
                        + " machine's zone where none is named), or this long ago, such as 10m.")
    private Instant since;

    @Option(
            names = "--learner",
            paramLabel = "ID",
            description = "Only this learner's events; may be given several times.")
    private List<String> learners = List.of();

    @Option(names = "--run", paramLabel = "ID", description = "Only this run's events.")
    private String run;

    @Option(names = "--max", paramLabel = "N", description = "End after this many events.")
    private Long max;

    @Option(
            names = "--until-arrival",
            paramLabel = "N",
            description = {
                "End with status 0 when each watched learner was evaluated after arrival N: each"
                        + " --learner, or each that publishes in the run that published last."
                        + " Begins with the oldest event unless --since says otherwise. Status 1"
                        + " when --timeout or --max ends it before."
            })
    private Long untilArrival;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            converter = Spans.class,
            description = "End after this time, such as 30s (default: on Ctrl-C).")
    private Duration timeout;

    @Spec private CommandSpec spec;
    private ArrivalGoal goal;
    private WatchPrinter printer;
    private Set<Metric> wanted;
    private long shown;

    @Override
    public Integer call() {
        check();
        wanted = metrics();
        printer = new WatchPrinter(out(), json, wanted.size() > 1);
        goal = untilArrival == null ? null : new ArrivalGoal(untilArrival, learners);
        Set<Metric> read = EnumSet.copyOf(wanted);
        if (goal != null) {
            read.add(Metric.EVALUATIONS);
        }
        try (MetricSubscriber subscriber =
                new MetricSubscriber(
                        kafka.clientProperties(), kafka.topics(), read, start(), PATIENCE)) {
            return follow(subscriber);
        }
    }

    private void check() {
        atLeastOne("--max", max, "number of events");
        atLeastOne("--until-arrival", untilArrival, "arrival");
        if (fromBeginning && since != null) {
            throw new UsageException(
                    "--from-beginning and --since both say where to begin; give one");
        }
    }

    private static void atLeastOne(String option, Long value, String what) {
        if (value != null && value < 1) {
            throw new UsageException(
                    "%s: %d is no %s; give 1 or more".formatted(option, value, what));
        }
    }

    private Start start() {
        if (since != null) {
            return new Start(since);
        }
        return fromBeginning || topics.isEmpty() || untilArrival != null
                ? Start.BEGINNING
                : Start.NOW;
    }

    private int follow(MetricSubscriber subscriber) {
        long end = timeout == null ? Long.MAX_VALUE : System.nanoTime() + timeout.toNanos();
        if (goal != null) {
            // Which run published last is known at the end of what is there.
            subscriber.readToEnd(PATIENCE).forEach(this::take);
        }
        while (!isReached() && !isOver(end)) {
            subscriber.poll(POLL).forEach(this::take);
            if (out().checkError()) {
                return goal == null ? 0 : Alma.FAILED;
            }
        }
        if (goal != null && !goal.isReached()) {
            throw new FailureException(
                    "arrival %d was not reached: %s".formatted(untilArrival, goal.missing()));
        }
        return 0;
    }

    private boolean isReached() {
        if (goal != null && goal.isBeyondEnd()) {
            throw new UsageException(
                    "--until-arrival: the stream has %d arrivals, not %d"
                            .formatted(goal.chunks(), untilArrival));
        }
        return goal != null && goal.isReached();
    }

    private boolean isOver(long end) {
        return isEnough() || (end != Long.MAX_VALUE && System.nanoTime() >= end);
    }

    private boolean isEnough() {
        return max != null && shown >= max;
    }

    private Set<Metric> metrics() {
        if (topics.isEmpty()) {
            return Set.of(Metric.EVALUATIONS);
        }
        Set<Metric> metrics = new LinkedHashSet<>();
        for (String topic : topics) {
            metrics.add(
                    Metric.of(topic)
                            .orElseThrow(
                                    () ->
                                            new UsageException(
                                                    ("there is no metric topic '%s'; watch"
                                                         + " evaluations, decisions, sessions,"
                                                         + " snapshots or dead-letters")
                                                            .formatted(topic))));
        }
        return metrics;
    }

    private void take(Observation seen) {
        if (seen instanceof Observation.Unreadable unreadable && wanted.contains(seen.metric())) {
            spec.commandLine()
                    .getErr()
                    .printf(
                            "alma: skipped %s: %s%n",
                            unreadable.place(), ErrorLine.oneLine(unreadable.reason()));
        } else if (seen instanceof Observation.Event event && isWanted(event.value())) {
            if (goal != null && event.value() instanceof EvaluationEvent evaluation) {
                goal.add(evaluation);
            }
            if (wanted.contains(event.metric()) && !isEnough()) {
                shown++;
                printer.print(event);
            }
        }
    }

    private boolean isWanted(SpecificRecord value) {
        return (learners.isEmpty() || learners.contains(text(value, "learner")))
                && (run == null || run.equals(text(value, "run")));
    }

    /** A field's text; empty where the record has no such field. */
    private static String text(SpecificRecord value, String name) {
        var field = value.getSchema().getField(name);
        return field == null ? "" : String.valueOf(value.get(field.pos()));
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
