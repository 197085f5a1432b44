package org.almaflow.local;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.almaflow.observer.JsonLines;
import org.almaflow.observer.Metric;
import org.almaflow.observer.MetricSubscriber;
import org.almaflow.observer.MetricSubscriber.Start;
import org.almaflow.observer.Observation;
import org.almaflow.observer.WatchFormat;
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
            "Topics: evaluations, decisions, sessions, snapshots, dead-letters."
        },
        footerHeading = "%nExample:%n",
        footer = "  alma watch evaluations --from-beginning --json --kafka 127.0.0.1:9092")
final class WatchCommand implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Parameters(
            arity = "1..*",
            paramLabel = "TOPIC",
            description =
                    "One or more of evaluations, decisions, sessions, snapshots, dead-letters.")
    private List<String> topics;

    @Mixin private KafkaOptions kafka;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    @Option(
            names = "--from-beginning",
            description = "Begin with the oldest event (default: with the next one).")
    private boolean fromBeginning;

    @Option(names = "--learner", paramLabel = "ID", description = "Only this learner's events.")
    private String learner;

    @Option(names = "--max", paramLabel = "N", description = "End after this many events.")
    private Long max;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            converter = Spans.class,
            description = "End after this time, such as 30s (default: on Ctrl-C).")
    private Duration timeout;

    @Spec private CommandSpec spec;
    private final Map<Metric, WatchFormat> tables = new EnumMap<>(Metric.class);
    private long shown;

    @Override
    public void run() {
        Set<Metric> metrics = metrics();
        if (max != null && max < 1) {
            throw new UsageException(
                    "--max: %d is no number of events; give 1 or more".formatted(max));
        }
        Start start = fromBeginning ? Start.BEGINNING : Start.NOW;
        long end = timeout == null ? Long.MAX_VALUE : System.nanoTime() + timeout.toNanos();
        try (MetricSubscriber subscriber =
                new MetricSubscriber(
                        kafka.clientProperties(), kafka.topics(), metrics, start, PATIENCE)) {
            while (!isOver(end)) {
                subscriber
                        .poll(Duration.ofMillis(200))
                        .forEach(seen -> show(seen, metrics.size() > 1));
                if (spec.commandLine().getOut().checkError()) {
                    return;
                }
            }
        }
    }

    private boolean isOver(long end) {
        return isEnough() || (end != Long.MAX_VALUE && System.nanoTime() >= end);
    }

    private boolean isEnough() {
        return max != null && shown >= max;
    }

    private Set<Metric> metrics() {
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

    private void show(Observation seen, boolean several) {
        if (isEnough()) {
            return;
        }
        if (seen instanceof Observation.Unreadable unreadable) {
            spec.commandLine()
                    .getErr()
                    .printf(
                            "alma: skipped %s: %s%n",
                            unreadable.place(), ErrorLine.oneLine(unreadable.reason()));
        } else if (seen instanceof Observation.Event event && isWanted(event.value())) {
            shown++;
            print(event, several);
        }
    }

    private boolean isWanted(SpecificRecord value) {
        if (learner == null) {
            return true;
        }
        var field = value.getSchema().getField("learner");
        return field != null && learner.equals(value.get(field.pos()));
    }

    private void print(Observation.Event event, boolean several) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonLines.line(event.metric(), event.value()));
            return;
        }
        String label = several ? String.format("%-14s", event.metric().label()) : "";
        WatchFormat table =
                tables.computeIfAbsent(
                        event.metric(),
                        metric -> {
                            WatchFormat made = new WatchFormat(metric, ZoneId.systemDefault());
                            out.println(" ".repeat(label.length()) + made.header());
                            return made;
                        });
        out.println(label + table.row(event.value()));
    }
}
