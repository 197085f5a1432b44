package org.almaflow.local;

import java.time.Duration;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.TopicSpec;
import org.almaflow.schemas.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code alma topics}. */
@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Create the Kafka topics, or check that they are there.",
        footerHeading = "%nExample:%n",
        footer = "  alma topics create --kafka 127.0.0.1:9092")
final class TopicsCommand implements Runnable {
    @Override
    public void run() {
        throw new UsageException("which command? alma topics create, or alma topics check");
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            description = "Create the topics that are missing; those that exist stay as they are.",
            footerHeading = "%nExample:%n",
            footer = "  alma topics create --kafka 127.0.0.1:9092 --replication 1")
    void create(
            @Mixin KafkaOptions kafka,
            @Option(
                            names = "--replication",
                            paramLabel = "N",
                            defaultValue = "-1",
                            description = "Replicas of each partition (default: the broker's).")
                    short replication) {
        if (replication == 0 || replication < -1) {
            throw new UsageException(
                    "--replication: %d is no number of replicas; give 1 or more"
                            .formatted(replication));
        }
        new TopicAdmin(kafka.clientProperties()).create(kafka.topics(), replication);
        report(kafka.topics(), "is there");
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            description = "Check that the broker answers and has every topic.",
            footerHeading = "%nExample:%n",
            footer = "  alma topics check --kafka 127.0.0.1:9092 --timeout 5s")
    void check(
            @Mixin KafkaOptions kafka,
            @Option(
                            names = "--timeout",
                            paramLabel = "D",
                            defaultValue = "10s",
                            converter = Spans.class,
                            description = "How long to wait for the broker (default: 10s).")
                    Duration timeout) {
        new TopicAdmin(kafka.clientProperties()).check(kafka.topics(), timeout);
        report(kafka.topics(), "is there");
    }

    @Spec private CommandSpec spec;

    private void report(Topics topics, String state) {
        for (TopicSpec topic : topics.all()) {
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%-24s %s, %d partition%s%s%n",
                            topic.name(),
                            state,
                            topic.partitions(),
                            topic.partitions() == 1 ? "" : "s",
                            topic.compacted() ? ", compacted" : "");
        }
    }
}
