package org.almaflow.observer.predict;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to a predictor and brings its committed answers back. Any number of threads may
 * ask at once; a thread of its own reads. Requests of one client keep their order. Its owner closes
 * it, which ends what nobody has answered.
 */
public final class PredictClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PredictClient.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final String client = UUID.randomUUID().toString();
    private final Topics topics;
    private final RecordCodec<PredictRequest> requests = RecordCodec.of(PredictRequest.class);
    private final RecordCodec<PredictResponse> responses = RecordCodec.of(PredictResponse.class);
    private final Map<String, CompletableFuture<PredictResponse>> waiting =
            new ConcurrentHashMap<>();
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread reader;

    /**
     * Connects; answers to what is asked from now on are seen.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} at least
     * @param patience how long to wait for the broker
     * @throws org.almaflow.schemas.TopicException when the broker or a topic is not there
     */
    public PredictClient(Map<String, Object> kafka, Topics topics, Duration patience) {
        this.topics = topics;
        new TopicAdmin(kafka)
                .check(
                        topics,
                        List.of(topics.predictRequests(), topics.predictResponses()),
                        patience);
        consumer =
                new KafkaConsumer<>(
                        consumerProperties(kafka, patience),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        begin();
        producer =
                new KafkaProducer<>(
                        producerProperties(kafka, patience),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        reader = new Thread(this::read, "alma-predict-client");
        reader.setDaemon(true);
        reader.start();
    }

    private static Map<String, Object> consumerProperties(
            Map<String, Object> kafka, Duration patience) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(patience.toMillis()));
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return properties;
    }

    private static Map<String, Object> producerProperties(
            Map<String, Object> kafka, Duration patience) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patience.toMillis());
        return properties;
    }

    private void begin() {
        try {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topics.predictResponses()).stream()
                            .map(p -> new TopicPartition(p.topic(), p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * Asks one question.
     *
     * @param timeout when to stop waiting
     * @return completed with the answer; with a {@link java.util.concurrent.TimeoutException} when
     *     none has come in time; with Kafka's exception when the request could not be sent
     */
    public CompletableFuture<PredictResponse> ask(Question question, Duration timeout) {
        PredictRequest request = question.request(UUID.randomUUID().toString());
        CompletableFuture<PredictResponse> answer = new CompletableFuture<>();
        waiting.put(request.getId(), answer);
        try {
            var unused = producer.send(record(request), (sent, e) -> failed(answer, e));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
        return answer.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((a, e) -> waiting.remove(request.getId()));
    }

    private static void failed(CompletableFuture<PredictResponse> answer, Exception e) {
        if (e != null) {
            answer.completeExceptionally(e);
        }
    }

    private ProducerRecord<byte[], byte[]> record(PredictRequest request) {
        return new ProducerRecord<>(
                topics.predictRequests(),
                client.getBytes(StandardCharsets.UTF_8),
                requests.encode(request));
    }

    private void read() {
        try (consumer) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                    take(message);
                }
            }
        } catch (WakeupException e) {
            LOG.debug("The client is closed");
        } catch (RuntimeException e) {
            LOG.warn("Answers cannot be read any more", e);
            waiting.values().forEach(answer -> answer.completeExceptionally(e));
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> message) {
        try {
            PredictResponse response = responses.decode(message.value());
            Optional.ofNullable(waiting.get(response.getId()))
                    .ifPresent(answer -> answer.complete(response));
        } catch (RecordFormatException e) {
            LOG.warn("Skipped a response at offset {}: {}", message.offset(), e.getMessage());
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        producer.close(CLOSE);
        waiting.values()
                .forEach(
                        answer ->
                                answer.completeExceptionally(
                                        new IllegalStateException("the client is closed")));
    }
}
