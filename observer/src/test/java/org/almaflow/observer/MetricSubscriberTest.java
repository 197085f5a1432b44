package org.almaflow.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.observer.MetricSubscriber.Start;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.TopicException;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricSubscriberTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;
    private static Map<String, Object> client;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start(folder, OptionalInt.empty());
        client = Map.of("bootstrap.servers", kafka.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void readsWhatIsCommittedAndReportsWhatIsNoEvent() throws Exception {
        Topics topics = topics("committed");
        try (KafkaProducer<byte[], byte[]> producer = producer("committed")) {
            producer.initTransactions();
            producer.beginTransaction();
            var unused = producer.send(message(topics, encoded(1)));
            unused = producer.send(message(topics, "noise".getBytes(StandardCharsets.UTF_8)));
            producer.commitTransaction();
            producer.beginTransaction();
            unused = producer.send(message(topics, encoded(2)));
            producer.abortTransaction();
            producer.beginTransaction();
            unused = producer.send(message(topics, encoded(3)));
            producer.commitTransaction();
        }
        List<Observation> seen = readAll(topics, Start.BEGINNING);
        assertThat(seen).hasSize(3);
        assertThat(arrival(seen.get(0))).isEqualTo(1);
        assertThat(seen.get(1))
                .isInstanceOfSatisfying(
                        Observation.Unreadable.class,
                        unreadable ->
                                assertThat(unreadable.place())
                                        .isEqualTo("committed.evaluations-0@1"));
        assertThat(arrival(seen.get(2))).isEqualTo(3);
        try (Admin admin = Admin.create(client)) {
            assertThat(admin.listGroups().all().get()).isEmpty();
        }
    }

    @Test
    void beginsNowOrAtTheBeginning() throws Exception {
        Topics topics = topics("start");
        send(topics, 1);
        try (MetricSubscriber now = subscriber(topics, Start.NOW)) {
            send(topics, 2);
            assertThat(now.readToEnd(PATIENCE))
                    .extracting(MetricSubscriberTest::arrival)
                    .containsExactly(2L);
        }
        assertThat(readAll(topics, Start.BEGINNING))
                .extracting(MetricSubscriberTest::arrival)
                .containsExactly(1L, 2L);
    }

    @Test
    void beginsAtAMoment() throws Exception {
        Topics topics = topics("since");
        Instant middle = TestingEvents.START;
        sendAt(topics, 1, middle.minusMillis(1));
        sendAt(topics, 2, middle);
        sendAt(topics, 3, middle.plusMillis(1));
        sendAt(topics, 4, middle.minusMillis(5));

        assertThat(readAll(topics, new Start(middle)))
                .extracting(MetricSubscriberTest::arrival)
                .containsExactly(2L, 3L);
        assertThat(readAll(topics, new Start(middle.plusSeconds(1)))).isEmpty();
        assertThat(readAll(topics, new Start(Instant.EPOCH.minusSeconds(1)))).hasSize(4);
    }

    @Test
    void namesATopicThatIsMissing() {
        assertThatThrownBy(() -> subscriber(new Topics("nobody"), Start.NOW))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("topic nobody.evaluations is missing");
    }

    private static Topics topics(String prefix) {
        Topics topics = new Topics(prefix);
        new TopicAdmin(client).create(topics, (short) 1);
        return topics;
    }

    private static List<Observation> readAll(Topics topics, Start start) {
        try (MetricSubscriber subscriber = subscriber(topics, start)) {
            return subscriber.readToEnd(PATIENCE);
        }
    }

    private static MetricSubscriber subscriber(Topics topics, Start start) {
        Set<Metric> metrics = EnumSet.of(Metric.EVALUATIONS);
        return new MetricSubscriber(client, topics, metrics, start, PATIENCE);
    }

    private static void send(Topics topics, long arrival) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(null)) {
            producer.send(message(topics, encoded(arrival))).get();
        }
    }

    private static void sendAt(Topics topics, long arrival, Instant at) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(null)) {
            producer.send(
                            new ProducerRecord<>(
                                    topics.evaluations(),
                                    0,
                                    at.toEpochMilli(),
                                    null,
                                    encoded(arrival)))
                    .get();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(String transaction) {
        Map<String, Object> properties = new HashMap<>(client);
        if (transaction != null) {
            properties.put("transactional.id", transaction);
        }
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static ProducerRecord<byte[], byte[]> message(Topics topics, byte[] value) {
        return new ProducerRecord<>(topics.evaluations(), value);
    }

    private static byte[] encoded(long arrival) {
        return RecordCodec.of(EvaluationEvent.class)
                .encode(TestingEvents.evaluation("a", arrival, 0.5).build());
    }

    private static long arrival(Observation seen) {
        return ((EvaluationEvent) ((Observation.Event) seen).value()).getArrival();
    }
}
