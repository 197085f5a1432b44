package org.almaflow.pipeline;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with a producer and a read_committed consumer; every test takes its own topics. */
public final class TestingBroker implements AutoCloseable {
    private final EmbeddedKafka kafka;
    private final KafkaProducer<byte[], byte[]> producer;

    public TestingBroker(Path folder) {
        kafka = EmbeddedKafka.start(folder, OptionalInt.empty());
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers(), "linger.ms", 0),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    Map<String, Object> properties() {
        return Map.of("bootstrap.servers", bootstrapServers());
    }

    /** Topics that no other test uses. */
    public Topics newTopics() {
        Topics topics = new Topics("t" + UUID.randomUUID());
        new TopicAdmin(properties()).create(topics, (short) 1);
        return topics;
    }

    void publish(Topics topics, List<ChunkSlice> slices) {
        RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);
        for (ChunkSlice slice : slices) {
            publish(topics, slice.getStream(), codec.encode(slice));
        }
        producer.flush();
    }

    void publish(Topics topics, String key, byte[] value) {
        byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        var unused = producer.send(new ProducerRecord<>(topics.chunks(), 0, keyBytes, value));
        producer.flush();
    }

    /** Sends a record; flushed with the next {@link #flush}. */
    public <T extends SpecificRecord> void send(
            String topic, String key, RecordCodec<T> codec, T value) {
        send(topic, key, codec.encode(value));
    }

    public void send(String topic, String key, byte[] value) {
        var unused =
                producer.send(
                        new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
    }

    public void flush() {
        producer.flush();
    }

    /** Everything committed to {@code topic} up to now, in order of each partition. */
    public <T extends SpecificRecord> List<T> read(String topic, Class<T> type) {
        RecordCodec<T> codec = RecordCodec.of(type);
        List<T> events = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(100))) {
                    events.add(codec.decode(r.value()));
                }
            }
        } catch (RecordFormatException e) {
            throw new AssertionError("topic " + topic + " holds what is no " + type, e);
        }
        return events;
    }

    /** Counts the records of a topic of one partition; its owner closes it. */
    Counter counter(String topic) {
        return new Counter(topic);
    }

    /** How many records are committed; offsets would count the marks of transactions, too. */
    final class Counter implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer = consumer();
        private long count;

        private Counter(String topic) {
            TopicPartition only = new TopicPartition(topic, 0);
            consumer.assign(List.of(only));
            consumer.seekToBeginning(List.of(only));
        }

        /** Waits a moment for more. */
        long count() {
            count += consumer.poll(Duration.ofMillis(20)).count();
            return count;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers(),
                        "isolation.level",
                        "read_committed",
                        // A consumer that closes waits for the fetch that is under way.
                        "fetch.max.wait.ms",
                        20),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    Set<String> topics() {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.listTopics().keySet();
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
        kafka.close();
    }
}
