package org.almaflow.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {

    @TempDir Path dir;

    @Test
    void keepsItsDataOverARestartOnTheSamePort() throws Exception {
        String servers;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir, OptionalInt.empty())) {
            servers = kafka.bootstrapServers();
            createTopic(servers, "t");
            sendInTransaction(servers, "first");
        }
        int port = Integer.parseInt(servers.substring(servers.indexOf(':') + 1));
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir, OptionalInt.of(port))) {
            assertThat(kafka.bootstrapServers()).isEqualTo(servers);
            sendInTransaction(servers, "second");
            assertThat(readTwo(servers)).containsExactly("first", "second");
        }
    }

    /** A copy of the folder of a running broker is what a killed broker leaves. */
    @Test
    void keepsItsDataWhenItsProcessIsKilled() throws Exception {
        Path left = dir.resolve("left");
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(dir.resolve("running"), OptionalInt.empty())) {
            createTopic(kafka.bootstrapServers(), "t");
            sendInTransaction(kafka.bootstrapServers(), "first");
            sendInTransaction(kafka.bootstrapServers(), "second");
            // Copying takes a while: the partition must not change meanwhile by the end of a
            // transaction.
            assertThat(readTwo(kafka.bootstrapServers())).hasSize(2);
            copy(dir.resolve("running"), left);
        }
        assertThat(left.resolve(".kafka_cleanshutdown")).doesNotExist();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(left, OptionalInt.empty())) {
            assertThat(readTwo(kafka.bootstrapServers())).containsExactly("first", "second");
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                Files.copy(one, to.resolve(from.relativize(one).toString()));
            }
        }
    }

    @Test
    void takesAnotherPortWhenTheWantedOneIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                EmbeddedKafka kafka =
                        EmbeddedKafka.start(dir, OptionalInt.of(taken.getLocalPort()))) {
            assertThat(kafka.bootstrapServers())
                    .startsWith("127.0.0.1:")
                    .doesNotEndWith(":" + taken.getLocalPort());
            createTopic(kafka.bootstrapServers(), "t");
        }
    }

    @Test
    void leavesNoThreadAndNoListenerBehind() throws Exception {
        Set<String> before = threads();
        EmbeddedKafka kafka = EmbeddedKafka.start(dir, OptionalInt.of(0));
        assertThat(threads()).hasSizeGreaterThan(before.size() + 5);
        kafka.close();
        kafka.close();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> {
                            Set<String> left = threads();
                            left.removeAll(before);
                            // One pair in the JVM for good, owned by the metrics library.
                            left.removeIf(name -> name.startsWith("metrics-meter-tick-thread"));
                            left.remove("awaitility-thread");
                            assertThat(left).isEmpty();
                        });
        String servers = kafka.bootstrapServers();
        int port = Integer.parseInt(servers.substring(servers.indexOf(':') + 1));
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close());
    }

    @Test
    void refusesAFolderThatAnotherBrokerUses() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir, OptionalInt.empty())) {
            assertThatExceptionOfType(BrokerStartException.class)
                    .isThrownBy(() -> EmbeddedKafka.start(dir, OptionalInt.empty()).close())
                    .withMessage(
                            "folder "
                                    + dir
                                    + " is in use by another Kafka broker; end that one or choose"
                                    + " another folder");
            createTopic(kafka.bootstrapServers(), "still-serves");
        }
    }

    @Test
    void refusesAFolderThatIsAFile() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "");

        assertThatExceptionOfType(BrokerStartException.class)
                .isThrownBy(() -> EmbeddedKafka.start(file, OptionalInt.empty()).close())
                .withMessageContaining("folder " + file);
    }

    private static void createTopic(String servers, String name) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void sendInTransaction(String servers, String value) throws Exception {
        Map<String, Object> config =
                Map.of(
                        "bootstrap.servers",
                        servers,
                        "transactional.id",
                        "test",
                        "transaction.timeout.ms",
                        900_000);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("t", value)).get();
            producer.commitTransaction();
        }
    }

    private static List<String> readTwo(String servers) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", servers, "isolation.level", "read_committed");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition("t", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            await().atMost(Duration.ofSeconds(20))
                    .until(
                            () -> {
                                consumer.poll(Duration.ofMillis(200))
                                        .forEach(r -> values.add(r.value()));
                                return values.size() >= 2;
                            });
        }
        return values;
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
