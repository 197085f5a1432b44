package org.almaflow.observer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.observer.Metric;
import org.almaflow.observer.Observation;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole dashboard on a real broker that comes late, goes and comes back. */
class DashboardTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir Path folder;
    private final List<String> news = new CopyOnWriteArrayList<>();
    private final Topics topics = Topics.standard();

    @Test
    void showsWhatIsCommittedWhileTheBrokerComesAndGoes() throws Exception {
        TestingScene scene = new TestingScene("run", 2, 10, Instant.now());
        EmbeddedKafka kafka = EmbeddedKafka.start(folder, OptionalInt.empty());
        String address = kafka.bootstrapServers();
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        try (Dashboard dashboard = Dashboard.start(settings(address), news::add);
                Messages messages = Messages.of(dashboard.address())) {
            await().atMost(PATIENCE).until(() -> said("is missing"));
            new TopicAdmin(Map.of("bootstrap.servers", address)).create(topics, (short) 1);
            await().atMost(PATIENCE).until(() -> said("connected to " + address));
            publish(address, scene.arrivals(0, 3), true);
            publish(
                    address,
                    new TestingScene("aborted", 1, 10, Instant.now()).arrivals(0, 1),
                    false);
            messages.awaitArrival(3);
            kafka.close();
            await().atMost(PATIENCE).until(() -> said("no Kafka broker answers at " + address));
            news.clear();
            kafka = EmbeddedKafka.start(folder, OptionalInt.of(port));
            await().atMost(PATIENCE).until(() -> said("connected to " + address));
            publish(address, scene.arrivals(4, 5), true);
            messages.awaitArrival(5);
            try (Messages late = Messages.of(dashboard.address())) {
                late.awaitArrival(5);
                assertThat(late.newest.at("/run/id").asText()).isEqualTo("run");
                assertThat(late.newest.get("runs")).hasSize(1);
                assertThat(late.newest.at("/learners/1/rows/arrival")).hasSize(6);
            }
        } finally {
            kafka.close();
        }
    }

    private boolean said(String words) {
        return news.stream().anyMatch(line -> line.contains(words));
    }

    private DashboardSettings settings(String address) {
        return new DashboardSettings(
                Map.of("bootstrap.servers", address),
                topics,
                DashboardSettings.DEFAULT_HOST,
                0,
                Optional.empty(),
                (file, spec, name) -> {
                    throw new IllegalArgumentException("no images here");
                });
    }

    /** As the job publishes: in a transaction. */
    private void publish(String address, List<Observation> events, boolean commit) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", address);
        properties.put("transactional.id", "testing");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (Observation seen : events) {
                SpecificRecord value = ((Observation.Event) seen).value();
                var unused =
                        producer.send(
                                new ProducerRecord<>(
                                        seen.metric().topic(topics),
                                        "learner".getBytes(StandardCharsets.UTF_8),
                                        encoded(seen.metric(), value)));
            }
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.flush();
                producer.abortTransaction();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static byte[] encoded(Metric metric, SpecificRecord value) {
        RecordCodec<SpecificRecord> codec =
                (RecordCodec<SpecificRecord>) RecordCodec.of(metric.type());
        return codec.encode(value);
    }

    /** The messages to one page. */
    private static final class Messages implements AutoCloseable {
        private final BufferedReader lines;
        private JsonNode newest;

        private Messages(BufferedReader lines) {
            this.lines = lines;
        }

        static Messages of(URI address) throws IOException {
            return new Messages(
                    new BufferedReader(
                            new InputStreamReader(
                                    address.resolve("events").toURL().openStream(),
                                    StandardCharsets.UTF_8)));
        }

        void awaitArrival(long arrival) throws IOException {
            long seen = -1;
            while (seen < arrival) {
                String line = lines.readLine();
                if (line.startsWith("data: ")) {
                    newest = TestingPage.read(line.substring(6).getBytes(StandardCharsets.UTF_8));
                    seen = newest.at("/run/arrival").asLong(-1);
                }
            }
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
