package org.almaflow.observer;

import org.apache.avro.specific.SpecificRecord;

/** What a subscriber read at one place of a metric topic. */
public sealed interface Observation {
    /** The metric whose topic it is. */
    Metric metric();

    /** Topic, partition and offset, such as {@code alma.sessions-0@17}. */
    String place();

    /** An event of the metric's type. */
    record Event(Metric metric, String place, SpecificRecord value) implements Observation {}

    /** A record that is no event of the metric, and why. */
    record Unreadable(Metric metric, String place, String reason) implements Observation {}
}
