package org.almaflow.observer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads committed events of metric topics. It belongs to no consumer group and commits nothing, so
 * any number may read beside each other and leave no trace. Used by one thread, except {@link
 * #wakeup}; its owner closes it.
 */
public final class MetricSubscriber implements AutoCloseable {
    /**
     * Where to begin to read.
     *
     * @param since events published at this time or later, by the times of their Kafka records
     */
    public record Start(Instant since) {
        public static final Start BEGINNING = new Start(Instant.MIN);
        public static final Start NOW = new Start(Instant.MAX);

        private boolean isTime() {
            return !equals(BEGINNING) && !equals(NOW);
        }
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<Metric, RecordCodec<? extends SpecificRecord>> codecs =
            new EnumMap<>(Metric.class);
    private final Map<String, Metric> metrics = new HashMap<>();
    private final long earliest;

    /**
     * Connects and fixes the position from which on nothing is missed.
     *
     * @param client Kafka client properties, {@code bootstrap.servers} at least
     * @param patience how long to wait for the broker
     * @throws org.almaflow.schemas.TopicException when the broker or a topic is not there
     */
    public MetricSubscriber(
            Map<String, Object> client,
            Topics topics,
            Set<Metric> wanted,
            Start start,
            Duration patience) {
        for (Metric metric : wanted) {
            metrics.put(metric.topic(topics), metric);
            codecs.put(metric, RecordCodec.of(metric.type()));
        }
        earliest = start.isTime() ? Math.max(0, start.since().toEpochMilli()) : Long.MIN_VALUE;
        new TopicAdmin(client).check(topics, List.copyOf(metrics.keySet()), patience);
        consumer =
                new KafkaConsumer<>(
                        properties(client, patience),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        try {
            begin(start);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Map<String, Object> properties(Map<String, Object> client, Duration patience) {
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(patience.toMillis()));
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return properties;
    }

    /** Positions are fetched now: later they would be those of a later now. */
    private void begin(Start start) {
        List<TopicPartition> partitions =
                metrics.keySet().stream()
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(found -> new TopicPartition(found.topic(), found.partition()))
                        .toList();
        consumer.assign(partitions);
        if (start.isTime()) {
            seek(partitions);
        } else if (start.equals(Start.NOW)) {
            consumer.seekToEnd(partitions);
        } else {
            consumer.seekToBeginning(partitions);
        }
        partitions.forEach(consumer::position);
    }

    /** To the first record of that time or later; where there is none yet, to the end. */
    private void seek(List<TopicPartition> partitions) {
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, earliest));
        consumer.offsetsForTimes(times)
                .forEach(
                        (partition, found) -> {
                            if (found == null) {
                                consumer.seekToEnd(List.of(partition));
                            } else {
                                consumer.seek(partition, found.offset());
                            }
                        });
    }

    /**
     * Waits for events.
     *
     * @param patience how long, when there is none
     * @return events by time, and in order within a partition; none when the time is over
     * @throws org.apache.kafka.common.errors.WakeupException after {@link #wakeup}
     */
    public List<Observation> poll(Duration patience) {
        List<ConsumerRecord<byte[], byte[]>> messages = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(patience)) {
            if (message.timestamp() >= earliest) {
                messages.add(message);
            }
        }
        messages.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
        return messages.stream().map(this::observe).toList();
    }

    /**
     * Everything that is committed now and was not read yet.
     *
     * @param patience when to give up
     */
    public List<Observation> readToEnd(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        List<Observation> seen = new ArrayList<>();
        while (isBehind(ends) && System.nanoTime() < end) {
            seen.addAll(poll(Duration.ofMillis(50)));
        }
        return seen;
    }

    private boolean isBehind(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue());
    }

    private Observation observe(ConsumerRecord<byte[], byte[]> message) {
        Metric metric = metrics.get(message.topic());
        String place = message.topic() + "-" + message.partition() + "@" + message.offset();
        if (message.value() == null) {
            return new Observation.Unreadable(metric, place, "it has no value");
        }
        try {
            return new Observation.Event(metric, place, codecs.get(metric).decode(message.value()));
        } catch (RecordFormatException e) {
            return new Observation.Unreadable(metric, place, e.getMessage());
        }
    }

    /** Ends a running or the next {@link #poll} from another thread. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
