package org.almaflow.local;

import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which run of the topics of a broker to read. */
final class RunOptions {
    @Mixin private KafkaOptions kafka;

    @Option(
            names = "--run",
            paramLabel = "ID",
            description = "Which run of the topics (default: the one that published last).")
    private String id;

    /** The broker and its topics. */
    KafkaOptions kafka() {
        return kafka;
    }

    /** Id of the run; empty: the one that published last. */
    Optional<String> id() {
        return Optional.ofNullable(id);
    }
}
