package org.almaflow.pipeline.predict;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.almaflow.schemas.SnapshotEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the records of the snapshots' topic into a directory. */
final class SnapshotTopic {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotTopic.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);

    private final RecordCodec<SnapshotEvent> codec = RecordCodec.of(SnapshotEvent.class);
    private final SnapshotDirectory directory;

    SnapshotTopic(SnapshotDirectory directory) {
        this.directory = directory;
    }

    /**
     * Reads everything that is committed now, so that the first request already meets the newest
     * model. What is broadcast later begins with the same events once more; that changes nothing.
     *
     * @throws TimeoutException when that takes longer than a minute
     */
    void catchUp(PredictOptions options) {
        String topic = options.topics().snapshots();
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(options)) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                if (System.nanoTime() > end) {
                    throw new TimeoutException(
                            "topic %s was not read within %d s"
                                    .formatted(topic, PATIENCE.toSeconds()));
                }
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(POLL)) {
                    adopt(r.partition(), r.offset(), r.value());
                }
            }
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(PredictOptions options) {
        Properties properties = options.kafkaProperties();
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", "false");
        // Closing waits for the fetch under way, which at the topic's end would find nothing.
        properties.put("fetch.max.wait.ms", "20");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Takes a broadcast record. */
    void adopt(RawSlice record) {
        ByteBuffer value = record.getValue().duplicate();
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        adopt(record.getPartition(), record.getOffset(), bytes);
    }

    private void adopt(int partition, long offset, byte[] value) {
        if (value == null || value.length == 0) {
            return; // a learner whose models were withdrawn keeps the last that was known
        }
        try {
            directory.adopt(partition, offset, codec.decode(value));
        } catch (RecordFormatException e) {
            LOG.warn("Skipped record {}@{} of snapshots: {}", partition, offset, e.getMessage());
        }
    }
}
