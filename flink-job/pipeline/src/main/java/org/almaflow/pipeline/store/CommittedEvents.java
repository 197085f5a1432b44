package org.almaflow.pipeline.store;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.almaflow.schemas.TopicException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Every event that a broker's installations have published: of every prefix with a snapshots topic,
 * all topics but that of chunks. Read are all committed records, and those of transactions that are
 * still open, because a recovery may commit them.
 */
public final class CommittedEvents implements Garbage.Events {
    private static final String SNAPSHOTS = ".snapshots";
    private static final String CHUNKS = ".chunks";
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> clientProperties;
    private final Duration patience;

    /**
     * @param patience how long the broker may give nothing
     */
    public CommittedEvents(Map<String, Object> clientProperties, Duration patience) {
        this.clientProperties = Map.copyOf(clientProperties);
        this.patience = patience;
    }

    /**
     * @throws TopicException when the broker does not answer, or has no snapshots topic: without
     *     what it knows nothing may be removed
     */
    @Override
    public void forEach(Consumer<byte[]> reader) {
        try {
            Map<TopicPartition, Long> stable = Map.of();
            try (KafkaConsumer<byte[], byte[]> committed = consumer("read_committed")) {
                Set<TopicPartition> partitions = partitions(committed);
                committed.assign(partitions);
                committed.seekToBeginning(partitions);
                // With this isolation the end is where the first open transaction begins.
                stable = committed.endOffsets(partitions, patience);
                read(committed, stable, reader);
            }
            try (KafkaConsumer<byte[], byte[]> open = consumer("read_uncommitted")) {
                open.assign(stable.keySet());
                stable.forEach(open::seek);
                read(open, open.endOffsets(stable.keySet(), patience), reader);
            }
        } catch (KafkaException e) {
            throw new TopicException(
                    "the Kafka broker at %s cannot be asked which files its events name (%s); start it, or name another with --kafka HOST:PORT"
                            .formatted(clientProperties.get("bootstrap.servers"), e.getMessage()),
                    e);
        }
    }

    private Set<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        var topics = consumer.listTopics(patience);
        List<String> prefixes =
                topics.keySet().stream()
                        .filter(name -> name.endsWith(SNAPSHOTS))
                        .map(name -> name.substring(0, name.length() - SNAPSHOTS.length()))
                        .toList();
        if (prefixes.isEmpty()) {
            throw new TopicException(
                    "the Kafka broker at %s has no snapshots topic, so it is not the one that this storage belongs to; name that one with --kafka HOST:PORT"
                            .formatted(clientProperties.get("bootstrap.servers")),
                    null);
        }
        return topics.entrySet().stream()
                .filter(t -> prefixes.stream().anyMatch(p -> t.getKey().startsWith(p + ".")))
                .filter(t -> !t.getKey().endsWith(CHUNKS))
                .flatMap(t -> t.getValue().stream())
                .map(p -> new TopicPartition(p.topic(), p.partition()))
                .collect(Collectors.toSet());
    }

    private void read(
            KafkaConsumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> ends,
            Consumer<byte[]> reader) {
        long heard = System.nanoTime();
        while (ends.keySet().stream().anyMatch(p -> consumer.position(p, patience) < ends.get(p))) {
            var records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> one : records) {
                if (one.value() != null) {
                    reader.accept(one.value());
                }
            }
            if (!records.isEmpty()) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > patience.toNanos()) {
                throw new org.apache.kafka.common.errors.TimeoutException(
                        "nothing came for %d s".formatted(patience.toSeconds()));
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put("isolation.level", isolation);
        properties.put("enable.auto.commit", false);
        properties.put("allow.auto.create.topics", false);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
