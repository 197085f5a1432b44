package org.almaflow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.TopicException;
import org.almaflow.schemas.TopicSpec;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicAdminOnABrokerTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    @TempDir static Path dir;
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start(dir, OptionalInt.empty());
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    private final TopicAdmin admin =
            new TopicAdmin(Map.of("bootstrap.servers", kafka.bootstrapServers()));

    @Test
    void createsWhatIsMissingAndLeavesTheRest() throws Exception {
        Topics topics = new Topics("twice");
        admin.create(topics, (short) 1);
        admin.create(topics, (short) 1);

        assertThatCode(() -> admin.check(topics, TIMEOUT)).doesNotThrowAnyException();
        try (Admin client = client()) {
            List<String> names = topics.all().stream().map(TopicSpec::name).toList();
            Collection<TopicDescription> found =
                    client.describeTopics(names).allTopicNames().get().values();
            assertThat(found)
                    .extracting(
                            t -> new TopicSpec(t.name(), t.partitions().size(), false).toString())
                    .containsExactlyInAnyOrderElementsOf(
                            topics.all().stream()
                                    .map(t -> new TopicSpec(t.name(), t.partitions(), false))
                                    .map(TopicSpec::toString)
                                    .toList());
        }
    }

    @Test
    void bringsAnInstallationFromBeforeATopicUpToDate() throws Exception {
        Topics topics = new Topics("older");
        try (Admin client = client()) {
            client.createTopics(
                            topics.all().stream()
                                    .filter(t -> !t.name().equals(topics.decisions()))
                                    .map(t -> new NewTopic(t.name(), t.partitions(), (short) 1))
                                    .toList())
                    .all()
                    .get();
        }
        assertThatExceptionOfType(TopicException.class)
                .isThrownBy(() -> admin.check(topics, TIMEOUT))
                .withMessageContaining("older.decisions is missing");

        admin.create(topics, (short) 1);
        assertThatCode(() -> admin.check(topics, TIMEOUT)).doesNotThrowAnyException();
    }

    @Test
    void configuresTheTopics() throws Exception {
        Topics topics = new Topics("configured");
        admin.create(topics, (short) -1);

        assertThat(config(topics.snapshots()).get("cleanup.policy").value()).isEqualTo("compact");
        assertThat(config(topics.sessions()).get("cleanup.policy").value()).isEqualTo("delete");
        assertThat(config(topics.chunks()).get("max.message.bytes").value()).isEqualTo("1048576");
        assertThat(config(topics.chunks()).get("retention.ms").value()).isEqualTo("-1");
    }

    @Test
    void namesAMissingTopicAndTheRemedy() {
        assertThatExceptionOfType(TopicException.class)
                .isThrownBy(
                        () ->
                                admin.check(
                                        new Topics("nowhere"), List.of("nowhere.chunks"), TIMEOUT))
                .withMessage(
                        "topic nowhere.chunks is missing at %1$s; create it with: alma topics"
                                + " create --kafka %1$s --prefix nowhere",
                        kafka.bootstrapServers());
    }

    @Test
    void saysWhatTheBrokerRefuses() {
        assertThatExceptionOfType(TopicException.class)
                .isThrownBy(() -> admin.create(new Topics("three"), (short) 3))
                .withMessageContaining("refused to create topic three.")
                .withMessageContaining("replication factor");
    }

    private static Config config(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin client = client()) {
            return client.describeConfigs(List.of(resource)).all().get().get(resource);
        }
    }

    private static Admin client() {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }
}
