package org.almaflow.pipeline.predict;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Answers and the offsets of what they answer, committed together in Kafka transactions. Making one
 * ends the transaction that its predecessor of the same subtask has left, and the predecessor; from
 * then on the committed offsets stand still but for its own commits. Commits are for one thread at
 * a time; its owner closes it.
 */
final class AnswerTransactions implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final String requests;
    private final ConsumerGroupMetadata group;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<Integer, Long> begin;
    private final int responsePartitions;

    AnswerTransactions(PredictOptions options, int subtask) {
        requests = options.topics().predictRequests();
        producer = producer(options, subtask);
        try {
            producer.initTransactions();
            responsePartitions = producer.partitionsFor(options.topics().predictResponses()).size();
            try (KafkaConsumer<byte[], byte[]> consumer = consumer(options)) {
                group = consumer.groupMetadata();
                begin = committed(consumer);
            }
        } catch (RuntimeException e) {
            producer.close(CLOSE);
            throw e;
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(PredictOptions options, int subtask) {
        Properties properties = options.kafkaProperties();
        properties.put("transactional.id", options.group() + "-" + subtask);
        properties.put(
                "transaction.timeout.ms",
                Math.toIntExact(options.duration(PredictOption.TRANSACTION_TIMEOUT).toMillis()));
        // A commit sends what is there at once.
        properties.putIfAbsent("linger.ms", "5");
        properties.putIfAbsent("batch.size", Integer.toString(1 << 18));
        // The broker turns a transaction away while it still writes the markers of the last one.
        properties.putIfAbsent("retry.backoff.ms", "2");
        properties.putIfAbsent("retry.backoff.max.ms", "100");
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(PredictOptions options) {
        Properties properties = options.kafkaProperties();
        properties.put("group.id", options.group());
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", "false");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Offsets of the next requests; waits for transactions that are just being committed. */
    private Map<Integer, Long> committed(KafkaConsumer<byte[], byte[]> consumer) {
        Set<TopicPartition> partitions =
                consumer.partitionsFor(requests).stream()
                        .map(p -> new TopicPartition(requests, p.partition()))
                        .collect(Collectors.toSet());
        Map<Integer, Long> found = new HashMap<>();
        consumer.committed(partitions)
                .forEach((p, at) -> found.put(p.partition(), at == null ? 0 : at.offset()));
        return found;
    }

    /** Whether a predecessor has answered a request. */
    boolean isAnswered(int partition, long offset) {
        return offset < begin.getOrDefault(partition, 0L);
    }

    /** Partition of the answer to a request: its own, so that answers keep the order. */
    int responsePartition(int partition) {
        return partition % responsePartitions;
    }

    /**
     * Sends answers and records what they answer; returns when both are committed.
     *
     * @param next offset after the last request of each partition
     * @throws org.apache.kafka.common.KafkaException when they are not, or nobody knows whether
     *     they are: then another one has to be made
     */
    void commit(List<ProducerRecord<byte[], byte[]>> answers, Map<Integer, Long> next) {
        producer.beginTransaction();
        for (ProducerRecord<byte[], byte[]> answer : answers) {
            // What becomes of it is known to the commit.
            var unused = producer.send(answer);
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        next.forEach(
                (partition, offset) ->
                        offsets.put(
                                new TopicPartition(requests, partition),
                                new OffsetAndMetadata(offset)));
        producer.sendOffsetsToTransaction(offsets, group);
        producer.commitTransaction();
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}
