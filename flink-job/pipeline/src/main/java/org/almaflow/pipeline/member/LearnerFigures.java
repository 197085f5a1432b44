package org.almaflow.pipeline.member;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.almaflow.pipeline.metrics.JobMetric;
import org.almaflow.pipeline.metrics.Metrics;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.SnapshotEvent;

/**
 * The newest figures of a learner, for its metrics. They belong to the operator's state, so that
 * they are there again at once after a restart. Written by the task's thread, read by any.
 */
final class LearnerFigures {
    private final Clock clock;
    private final Measure measure;
    private volatile Figures now = new Figures(0, Double.NaN, 0, 0, 0, 0);

    /**
     * At one time.
     *
     * @param error in the learner's measure
     */
    private record Figures(
            long arrival,
            double error,
            double cumulativeError,
            double lagSeconds,
            long snapshotVersion,
            long snapshotAt) {}

    /**
     * Of a learner.
     *
     * @param measure what its error is
     */
    LearnerFigures(Clock clock, Measure measure) {
        this.clock = clock;
        this.measure = measure;
    }

    void register(Metrics metrics) {
        metrics.gauge(JobMetric.ARRIVAL, () -> now.arrival);
        metrics.gauge(JobMetric.ERROR, () -> in(Measure.ERROR));
        metrics.gauge(JobMetric.CROSS_ENTROPY, () -> in(Measure.CROSS_ENTROPY));
        metrics.gauge(JobMetric.PERPLEXITY, () -> Math.exp(in(Measure.CROSS_ENTROPY)));
        metrics.gauge(JobMetric.CUMULATIVE_ERROR, () -> now.cumulativeError);
        metrics.gauge(JobMetric.TRAINING_LAG_SECONDS, () -> now.lagSeconds);
        metrics.gauge(JobMetric.SNAPSHOT_VERSION, () -> now.snapshotVersion);
        metrics.gauge(JobMetric.SNAPSHOT_AGE_SECONDS, this::snapshotAge);
    }

    /** NaN, which neither panels nor rules take for a figure, where another measure counts. */
    double in(Measure asked) {
        return measure == asked ? now.error : Double.NaN;
    }

    private double snapshotAge() {
        long at = now.snapshotAt;
        return at == 0 ? -1 : (clock.millis() - at) / 1e3;
    }

    void evaluated(EvaluationEvent event) {
        double lag =
                Duration.between(event.getArrivedAt(), event.getAvailableAt()).toMillis() / 1e3;
        now =
                new Figures(
                        event.getArrival(),
                        event.getError(),
                        event.getCumulativeError(),
                        lag,
                        now.snapshotVersion,
                        now.snapshotAt);
    }

    void published(SnapshotEvent event) {
        now =
                new Figures(
                        now.arrival,
                        now.error,
                        now.cumulativeError,
                        now.lagSeconds,
                        event.getVersion(),
                        event.getAt().toEpochMilli());
    }

    /** What {@link #restore} takes over. */
    List<Double> state() {
        return List.of(
                (double) now.arrival,
                now.error,
                now.cumulativeError,
                now.lagSeconds,
                (double) now.snapshotVersion,
                (double) now.snapshotAt);
    }

    /** Takes over what {@link #state} gave; nothing where there was none. */
    void restore(List<Double> state) {
        if (state.size() == this.state().size()) {
            now =
                    new Figures(
                            state.get(0).longValue(),
                            state.get(1),
                            state.get(2),
                            state.get(3),
                            state.get(4).longValue(),
                            state.get(5).longValue());
        }
    }
}
