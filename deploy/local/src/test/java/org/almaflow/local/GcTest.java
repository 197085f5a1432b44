package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GcTest {
    private static final String NOBODYS = "a".repeat(64);
    private static final String NAMED = "b".repeat(64);
    private static final String PENDING = "c".repeat(64);

    @TempDir Path folder;
    private Path storage;

    @BeforeEach
    void twoOldModels() throws IOException {
        storage = folder.resolve("storage");
        model(NOBODYS);
        model(NAMED);
    }

    private Path path(String sum) {
        return storage.resolve("models/run-1/w1/member-0-%s.safetensors".formatted(sum));
    }

    private void model(String sum) throws IOException {
        Files.createDirectories(path(sum).getParent());
        Files.writeString(path(sum), "model");
        Instant old = Instant.now().minus(Duration.ofDays(2));
        Files.setLastModifiedTime(path(sum), FileTime.from(old));
    }

    private AlmaRun gc(String... more) {
        String[] args = new String[more.length + 3];
        System.arraycopy(new String[] {"gc", "--storage", storage.toString()}, 0, args, 0, 3);
        System.arraycopy(more, 0, args, 3, more.length);
        return AlmaRun.of(args);
    }

    @Test
    void withoutABrokerNothingIsRemovedUnlessTold() {
        AlmaRun refused = gc("--kafka", "127.0.0.1:1", "--delete");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("127.0.0.1:1").contains("--ignore-events");
        assertThat(path(NOBODYS)).exists();

        AlmaRun told = gc("--ignore-events");
        assertThat(told.status()).isZero();
        assertThat(told.out())
                .contains(NOBODYS + ".safetensors: no committed event and no checkpoint names it")
                .contains("2 files, 10 bytes, can go; 0 files, 0 bytes, stay")
                .contains("nothing is removed without --delete");
        assertThat(path(NOBODYS)).exists();
        assertThat(gc("--ignore-events", "--delete").out()).contains("removed 2 files, 10 bytes");
        assertThat(path(NOBODYS)).doesNotExist();
    }

    @Test
    void whatEventsNameStaysCommittedOrPending() throws IOException {
        model(PENDING);
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(folder.resolve("kafka"), OptionalInt.empty())) {
            AlmaRun empty = gc("--kafka", kafka.bootstrapServers(), "--delete");
            assertThat(empty.status()).isEqualTo(1);
            assertThat(empty.err()).contains("has no snapshots topic");

            Topics topics = new Topics("other");
            new TopicAdmin(Map.of("bootstrap.servers", kafka.bootstrapServers()))
                    .create(topics, (short) 1);
            try (KafkaProducer<String, String> open = producer(kafka, "open");
                    KafkaProducer<String, String> done = producer(kafka, "done")) {
                done.beginTransaction();
                var first = done.send(new ProducerRecord<>(topics.snapshots(), "w1", NAMED));
                done.commitTransaction();
                open.beginTransaction();
                var second = open.send(new ProducerRecord<>(topics.snapshots(), "w1", PENDING));
                open.flush();
                assertThat(first).isDone();
                assertThat(second).isDone();

                AlmaRun run = gc("--kafka", kafka.bootstrapServers(), "--delete");

                assertThat(run.err()).isEmpty();
                assertThat(run.out())
                        .contains("removed 1 files")
                        .contains("2 files, 10 bytes, stay");
                open.abortTransaction();
            }
        }
        assertThat(path(NOBODYS)).doesNotExist();
        assertThat(path(NAMED)).exists();
        assertThat(path(PENDING)).exists();
    }

    private static KafkaProducer<String, String> producer(EmbeddedKafka kafka, String id) {
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                "transactional.id",
                                id),
                        new StringSerializer(),
                        new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    @Test
    void anAgeThatARunningJobCannotKeepUpWithIsRefused() {
        AlmaRun run = gc("--ignore-events", "--older-than", "10m", "--delete");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--older-than: 600 s is too short").contains("1h");
        assertThat(path(NOBODYS)).exists();
    }
}
