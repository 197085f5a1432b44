package org.almaflow.observer;

import java.util.Arrays;
import java.util.Optional;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;

/** A topic that the job writes what happened to. */
public enum Metric {
    EVALUATIONS("evaluations", EvaluationEvent.class),
    DECISIONS("decisions", DecisionEvent.class),
    SESSIONS("sessions", SessionEvent.class),
    SNAPSHOTS("snapshots", SnapshotEvent.class),
    DEAD_LETTERS("dead-letters", DeadLetter.class);

    private final String label;
    private final Class<? extends SpecificRecord> type;

    Metric(String label, Class<? extends SpecificRecord> type) {
        this.label = label;
        this.type = type;
    }

    /** As options write it: the topic's name without the prefix. */
    public String label() {
        return label;
    }

    /** Record class of the topic's values. */
    public Class<? extends SpecificRecord> type() {
        return type;
    }

    /** Name of the topic. */
    public String topic(Topics topics) {
        return switch (this) {
            case EVALUATIONS -> topics.evaluations();
            case DECISIONS -> topics.decisions();
            case SESSIONS -> topics.sessions();
            case SNAPSHOTS -> topics.snapshots();
            case DEAD_LETTERS -> topics.deadLetters();
        };
    }

    /** The metric of that label. */
    public static Optional<Metric> of(String label) {
        return Arrays.stream(values()).filter(m -> m.label.equals(label)).findFirst();
    }
}
