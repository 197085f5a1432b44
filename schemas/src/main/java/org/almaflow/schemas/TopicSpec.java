package org.almaflow.schemas;

/**
 * What a topic of Almaflow is created with; {@code compacted}: only the newest record of a key has
 * to stay.
 */
public record TopicSpec(String name, int partitions, boolean compacted) {}
