package org.almaflow.pipeline.metrics;

import java.util.List;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.metrics.JobMetric.Kind;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MeterView;
import org.apache.flink.metrics.MetricGroup;

/** Registers the metrics of one level with their labels, in an operator's group. */
public final class Metrics {
    private final MetricLevel level;
    private final MetricGroup group;

    private Metrics(MetricGroup operator, MetricLevel level, List<String> values) {
        MetricGroup labelled = operator;
        for (int i = 0; i < values.size(); i++) {
            labelled = labelled.addGroup(level.labels().get(i), values.get(i));
        }
        this.level = level;
        this.group = labelled;
    }

    /** Metrics of a stream. */
    public static Metrics ofStream(MetricGroup operator, String stream) {
        return new Metrics(operator, MetricLevel.STREAM, List.of(stream));
    }

    /** Metrics of a learner. */
    public static Metrics ofLearner(MetricGroup operator, LearnerHandle learner) {
        return new Metrics(
                operator, MetricLevel.LEARNER, List.of(learner.learner(), family(learner)));
    }

    /** Metrics of one member of a learner. */
    public static Metrics ofMember(MetricGroup operator, LearnerHandle learner, int member) {
        return new Metrics(
                operator,
                MetricLevel.MEMBER,
                List.of(learner.learner(), family(learner), Integer.toString(member)));
    }

    /** Metrics of a subtask of the predictor. */
    public static Metrics ofPredictor(MetricGroup operator) {
        return new Metrics(operator, MetricLevel.PREDICTOR, List.of());
    }

    private static String family(LearnerHandle learner) {
        return learner.spec().family().label();
    }

    /** A new counter. */
    public Counter counter(JobMetric metric) {
        return group.counter(key(metric, Kind.COUNTER));
    }

    /** Asks {@code value} whenever somebody looks, in any thread. */
    public <N extends Number> void gauge(JobMetric metric, Gauge<N> value) {
        group.gauge(key(metric, Kind.GAUGE), value);
    }

    /** The increase of a counter over the last minute. */
    public void rate(JobMetric metric, Counter counter) {
        Meter unused = group.meter(key(metric, Kind.RATE), new MeterView(counter));
    }

    private String key(JobMetric metric, Kind kind) {
        if (metric.level() != level || metric.kind() != kind) {
            throw new IllegalArgumentException(
                    "%s is a %s of a %s, not a %s of a %s"
                            .formatted(metric, metric.kind(), metric.level(), kind, level));
        }
        return metric.key();
    }
}
