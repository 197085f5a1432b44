package org.almaflow.schemas;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Names of the topics of one installation; installations that share a broker differ in the prefix.
 */
public record Topics(String prefix) {

    public static final String DEFAULT_PREFIX = "alma";

    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,200}");

    /**
     * A stream stays in one partition, so that its slices stay in order; streams spread over these.
     */
    private static final int CHUNK_PARTITIONS = 4;

    /** As many subtasks of a predictor can share the work. */
    private static final int PREDICT_PARTITIONS = 4;

    public Topics {
        if (!LEGAL.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "topic prefix '"
                            + prefix
                            + "' is not usable; use 1 to 200 letters, digits, dots, underscores or"
                            + " dashes");
        }
    }

    /** Topics with the prefix {@value #DEFAULT_PREFIX}. */
    public static Topics standard() {
        return new Topics(DEFAULT_PREFIX);
    }

    public String chunks() {
        return prefix + ".chunks";
    }

    public String sessions() {
        return prefix + ".sessions";
    }

    public String evaluations() {
        return prefix + ".evaluations";
    }

    public String snapshots() {
        return prefix + ".snapshots";
    }

    public String decisions() {
        return prefix + ".decisions";
    }

    public String deadLetters() {
        return prefix + ".dead-letters";
    }

    public String predictRequests() {
        return prefix + ".predict.requests";
    }

    public String predictResponses() {
        return prefix + ".predict.responses";
    }

    /** Every topic, in the order in which data passes through them. */
    public List<TopicSpec> all() {
        return List.of(
                new TopicSpec(chunks(), CHUNK_PARTITIONS, false),
                new TopicSpec(decisions(), 1, false),
                new TopicSpec(sessions(), 1, false),
                new TopicSpec(evaluations(), 1, false),
                new TopicSpec(snapshots(), 1, true),
                new TopicSpec(deadLetters(), 1, false),
                new TopicSpec(predictRequests(), PREDICT_PARTITIONS, false),
                new TopicSpec(predictResponses(), PREDICT_PARTITIONS, false));
    }
}
