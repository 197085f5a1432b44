package org.almaflow.observer.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.ModelChoice;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.TopicException;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The client against a broker; the test answers in the predictor's place. */
class PredictClientTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir static Path folder;
    private static EmbeddedKafka kafka;
    private static Map<String, Object> properties;

    private final RecordCodec<PredictRequest> requests = RecordCodec.of(PredictRequest.class);
    private final RecordCodec<PredictResponse> responses = RecordCodec.of(PredictResponse.class);
    private Topics topics;
    private KafkaConsumer<byte[], byte[]> asked;
    private KafkaProducer<byte[], byte[]> predictor;
    private PredictClient client;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start(folder, OptionalInt.empty());
        properties = Map.of("bootstrap.servers", kafka.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @BeforeEach
    void connect(TestInfo test) {
        topics = new Topics(test.getTestMethod().orElseThrow().getName());
        new TopicAdmin(properties).create(topics, (short) 1);
        asked =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                asked.partitionsFor(topics.predictRequests()).stream()
                        .map(p -> new TopicPartition(p.topic(), p.partition()))
                        .toList();
        asked.assign(partitions);
        asked.seekToBeginning(partitions);
        Map<String, Object> transactional = new HashMap<>(properties);
        transactional.put("transactional.id", topics.prefix());
        predictor =
                new KafkaProducer<>(
                        transactional, new ByteArraySerializer(), new ByteArraySerializer());
        predictor.initTransactions();
        client = new PredictClient(properties, topics, LONG);
    }

    @AfterEach
    void disconnect() {
        client.close();
        predictor.close();
        asked.close();
    }

    private static Question question(int value) {
        return new Question(
                "toy",
                "w1",
                ModelChoice.BEST,
                Duration.ofMillis(1500),
                ElementType.UINT8,
                List.of(1),
                1,
                ByteBuffer.wrap(new byte[] {(byte) value}));
    }

    private List<ConsumerRecord<byte[], byte[]>> awaitRequests(int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long end = System.nanoTime() + LONG.toNanos();
        while (records.size() < count && System.nanoTime() < end) {
            asked.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        return records;
    }

    private List<PredictRequest> decoded(List<ConsumerRecord<byte[], byte[]>> records)
            throws Exception {
        List<PredictRequest> decoded = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            decoded.add(requests.decode(record.value()));
        }
        return decoded;
    }

    private void send(String id, String message) {
        PredictResponse response =
                new PredictResponse(
                        id, PredictStatus.NO_MODEL, message, null, -1L, List.of(), Instant.EPOCH);
        sendBytes(responses.encode(response));
    }

    private void sendBytes(byte[] value) {
        var unused =
                predictor.send(new ProducerRecord<>(topics.predictResponses(), 0, null, value));
    }

    private void answer(String id, String message) {
        predictor.beginTransaction();
        send(id, message);
        predictor.commitTransaction();
    }

    @Test
    void everyQuestionGetsItsOwnAnswerInWhateverOrderTheyCome() throws Exception {
        List<CompletableFuture<PredictResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(client.ask(question(i), LONG));
        }
        List<ConsumerRecord<byte[], byte[]>> records = awaitRequests(20);

        assertThat(records)
                .extracting(ConsumerRecord::partition)
                .containsOnly(records.get(0).partition());
        List<PredictRequest> all = decoded(records);
        assertThat(all).extracting(r -> (int) r.getFeatures().get(0)).isSorted();
        assertThat(all.get(3))
                .returns("toy", PredictRequest::getStream)
                .returns("w1", PredictRequest::getLearner)
                .returns(ModelChoice.BEST, PredictRequest::getChoice)
                .returns(1500L, PredictRequest::getMaxModelAgeMillis);
        predictor.beginTransaction();
        for (int i = all.size() - 1; i >= 0; i--) {
            send(all.get(i).getId(), "to " + i);
        }
        predictor.commitTransaction();
        for (int i = 0; i < 20; i++) {
            assertThat(answers.get(i).get().getMessage()).isEqualTo("to " + i);
        }
    }

    @Test
    void onlyWhatIsCommittedAndMeantForItIsAnAnswer() throws Exception {
        CompletableFuture<PredictResponse> answer = client.ask(question(1), LONG);
        String id = decoded(awaitRequests(1)).get(0).getId();
        predictor.beginTransaction();
        send(id, "of an attempt that failed");
        predictor.flush();
        predictor.abortTransaction();
        predictor.beginTransaction();
        sendBytes("noise".getBytes(StandardCharsets.UTF_8));
        send("somebody else's", "not for us");
        send(id, "committed");
        send(id, "again");
        predictor.commitTransaction();

        assertThat(answer.get().getMessage()).isEqualTo("committed");
    }

    @Test
    void stopsWaitingAndStillAnswersTheNext() throws Exception {
        CompletableFuture<PredictResponse> late = client.ask(question(1), Duration.ofMillis(1));
        assertThatThrownBy(() -> late.get(LONG.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
        CompletableFuture<PredictResponse> next = client.ask(question(2), LONG);
        List<PredictRequest> all = decoded(awaitRequests(2));
        answer(all.get(0).getId(), "too late");
        answer(all.get(1).getId(), "in time");

        assertThat(next.get().getMessage()).isEqualTo("in time");
        assertThat(late).isCompletedExceptionally();
    }

    @Test
    void closingEndsWhatNobodyHasAnswered() {
        CompletableFuture<PredictResponse> open = client.ask(question(1), LONG);
        client.close();

        assertThatThrownBy(open::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("the client is closed");
    }

    @Test
    void aMissingTopicIsNamed() {
        assertThatThrownBy(() -> new PredictClient(properties, new Topics("nobody"), LONG).close())
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("topic nobody.predict.responses is missing");
    }
}
