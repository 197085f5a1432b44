package org.almaflow.tests.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A topic from its beginning, with or without what was never committed. Owns its consumer. */
final class EventLog<T extends SpecificRecord> implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final RecordCodec<T> codec;

    /**
     * Opens a topic.
     *
     * @param committed read what transactions committed, and nothing behind an open one
     */
    EventLog(String kafka, String topic, Class<T> type, boolean committed) {
        codec = RecordCodec.of(type);
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka,
                                "isolation.level",
                                committed ? "read_committed" : "read_uncommitted",
                                "fetch.max.wait.ms",
                                20,
                                "reconnect.backoff.max.ms",
                                500),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (PartitionInfo p : consumer.partitionsFor(topic)) {
            all.add(new TopicPartition(topic, p.partition()));
        }
        partitions = List.copyOf(all);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** What has come since the last call. */
    List<T> poll() {
        List<T> found = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            try {
                found.add(codec.decode(record.value()));
            } catch (RecordFormatException e) {
                throw new IllegalStateException("an event cannot be read", e);
            }
        }
        return found;
    }

    /** All that is there now. */
    List<T> rest() {
        Map<TopicPartition, Long> ends = ends();
        List<T> found = new ArrayList<>();
        while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
            found.addAll(poll());
        }
        return found;
    }

    /**
     * Where each partition ends for this reader: a committed one stops before open transactions.
     */
    Map<TopicPartition, Long> ends() {
        return consumer.endOffsets(partitions);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
