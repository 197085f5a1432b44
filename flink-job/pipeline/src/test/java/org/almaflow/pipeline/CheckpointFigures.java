package org.almaflow.pipeline;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.checkpoint.SubtaskStateStats;
import org.apache.flink.runtime.checkpoint.TaskStateStats;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.apache.flink.runtime.jobgraph.JobVertexID;

/**
 * What the checkpoints of one job were like, from Flink's statistics. Those that began while a
 * session trained are told from the others by the session's events.
 *
 * @param step mean duration of Train's steps, ms
 * @param durations of checkpoints in the middle of a session, ms
 * @param training Train's part in those
 * @param idle Train's part in those after the first session and outside of sessions
 */
record CheckpointFigures(
        double step,
        List<Long> durations,
        List<SubtaskStateStats> training,
        List<SubtaskStateStats> idle) {
    private static final double QUANTILE = 0.95;
    private static final long ALLOWANCE_MILLIS = 250;

    /** Of the machine before the benchmark began. */
    private static final double LOAD =
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();

    /** With more than this load a core others take part of every second, so the median counts. */
    private static final double SHARED = 0.75;

    private record Span(long opened, long closed) {}

    static CheckpointFigures of(
            AccessExecutionGraph graph, List<SessionEvent> events, double step) {
        JobVertexID train = train(graph);
        List<Span> sessions = sessions(events);
        var figures =
                new CheckpointFigures(
                        step, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (AbstractCheckpointStats stats :
                graph.getCheckpointStatsSnapshot().getHistory().getCheckpoints()) {
            TaskStateStats part = stats.getTaskStateStats(train);
            if (stats instanceof CompletedCheckpointStats completed && part != null) {
                figures.add(completed, part.getLatestAcknowledgedSubtaskStats(), sessions);
            }
        }
        return figures;
    }

    private void add(CompletedCheckpointStats stats, SubtaskStateStats part, List<Span> sessions) {
        long at = stats.getTriggerTimestamp();
        if (sessions.stream().anyMatch(s -> s.opened() < at && at < s.closed())) {
            durations.add(stats.getEndToEndDuration());
            training.add(part);
        } else if (at > sessions.get(0).closed()) {
            idle.add(part);
        }
    }

    private static JobVertexID train(AccessExecutionGraph graph) {
        for (AccessExecutionJobVertex vertex : graph.getVerticesTopologically()) {
            if (vertex.getName().startsWith("Train ")) {
                return vertex.getJobVertexId();
            }
        }
        throw new IllegalStateException("the job has no Train");
    }

    private static List<Span> sessions(List<SessionEvent> events) {
        List<Span> spans = new ArrayList<>();
        long opened = 0;
        for (SessionEvent event : events) {
            if (event.getPhase() == SessionPhase.OPENED) {
                opened = event.getAt().toEpochMilli();
            } else if (event.getPhase() == SessionPhase.CLOSED) {
                spans.add(new Span(opened, event.getAt().toEpochMilli()));
            }
        }
        return spans;
    }

    static String header() {
        return "load %.1f on %d cores: the limit is for %s%n%s"
                .formatted(
                        LOAD,
                        cores(),
                        shared() ? "the median (the machine is shared)" : "the 95th percentile",
                        "%-22s %7s %6s %7s %6s %9s %5s %6s %10s %9s"
                                .formatted(
                                        "milliseconds",
                                        "step",
                                        "ckpts",
                                        "median",
                                        "p95",
                                        "barrier",
                                        "sync",
                                        "async",
                                        "state KiB",
                                        "idle KiB"));
    }

    String line(String name, boolean required) {
        return String.format(
                Locale.ROOT,
                "%-22s %7.2f %6d %7d %6d %9d %5d %6d %10d %9d   %s",
                name,
                step,
                durations.size(),
                quantile(durations, 0.5),
                quantile(durations, QUANTILE),
                median(training, SubtaskStateStats::getCheckpointStartDelay),
                median(training, SubtaskStateStats::getSyncCheckpointDuration),
                median(training, SubtaskStateStats::getAsyncCheckpointDuration),
                median(training, SubtaskStateStats::getStateSize) / 1024,
                median(idle, SubtaskStateStats::getStateSize) / 1024,
                required
                        ? "needs %.0f ms at most: %s"
                                .formatted(limit(), withinLimit() ? "PASS" : "FAIL")
                        : "no requirement");
    }

    private double limit() {
        return 2 * step + ALLOWANCE_MILLIS;
    }

    /** Whether there were checkpoints, and none that counts took too long. */
    boolean withinLimit() {
        return !durations.isEmpty() && quantile(durations, shared() ? 0.5 : QUANTILE) <= limit();
    }

    private static boolean shared() {
        return LOAD > SHARED * cores();
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static long median(List<SubtaskStateStats> stats, ToLongFunction<SubtaskStateStats> f) {
        return quantile(stats.stream().mapToLong(f).boxed().toList(), 0.5);
    }

    private static long quantile(List<Long> values, double q) {
        long[] sorted = values.stream().mapToLong(v -> v).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(q * sorted.length) - 1];
    }
}
