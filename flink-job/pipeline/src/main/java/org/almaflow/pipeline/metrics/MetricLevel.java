package org.almaflow.pipeline.metrics;

import java.util.List;

/** What a metric is counted for: the labels that it has beside Flink's own. */
public enum MetricLevel {
    /** One stream. */
    STREAM("stream"),
    /** One learner; in Train one subtask of it. */
    LEARNER("learner", "family"),
    /** One member of a learner. */
    MEMBER("learner", "family", "member"),
    /** One subtask of the predictor; Flink's own labels say which. */
    PREDICTOR();

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> labels;

    MetricLevel(String... labels) {
        this.labels = List.of(labels);
    }

    /** Names of the labels, in order. */
    public List<String> labels() {
        return labels;
    }
}
