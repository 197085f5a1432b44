package org.almaflow.pipeline.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.almaflow.pipeline.TestingBroker;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DeadLetterReason;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.Prediction;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Topics;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.InjectMiniCluster;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The predictor on a MiniCluster, seen by a read_committed consumer. */
class PredictJobTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir static Path brokerFolder;
    private static TestingBroker broker;

    /** Index of the TaskManager that lives; MiniCluster counts the ended ones as well. */
    private static int taskManager;

    private final RecordCodec<PredictRequest> requests = RecordCodec.of(PredictRequest.class);
    private final RecordCodec<SnapshotEvent> snapshots = RecordCodec.of(SnapshotEvent.class);

    @TempDir Path folder;
    private URI store;
    private Topics topics;
    private PredictOptions options;
    private final List<JobClient> jobs = new ArrayList<>();

    @BeforeAll
    static void startBroker() {
        broker = new TestingBroker(brokerFolder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void prepare() {
        store = folder.resolve("with space").toUri();
        topics = broker.newTopics();
        options =
                PredictOptions.of(broker.bootstrapServers())
                        .with(PredictOption.TOPIC_PREFIX, topics.prefix())
                        .with(PredictOption.ENGINE, "testing")
                        .with(PredictOption.PARALLELISM, "2");
    }

    @AfterEach
    void cancel() throws Exception {
        for (JobClient job : jobs) {
            job.cancel().get();
            await().atMost(LONG).until(() -> job.getJobStatus().get() == JobStatus.CANCELED);
        }
    }

    private void submit() throws Exception {
        PredictJob.check(options);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        PredictJob.define(env, options);
        jobs.add(env.executeAsync(PredictJob.name(options)));
    }

    private void publish(SnapshotEvent event) {
        broker.send(topics.snapshots(), event.getLearner(), snapshots, event);
        broker.flush();
    }

    private void ask(PredictRequest request) {
        broker.send(topics.predictRequests(), "caller", requests, request);
    }

    private List<PredictResponse> responses() {
        return broker.read(topics.predictResponses(), PredictResponse.class);
    }

    private List<PredictResponse> awaitResponses(int count) {
        broker.flush();
        await().atMost(LONG).until(() -> responses().size() >= count);
        return responses();
    }

    private PredictResponse answer(PredictRequest request) {
        int before = responses().size();
        ask(request);
        return awaitResponses(before + 1).stream()
                .filter(r -> r.getId().equals(request.getId()))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    private static float[] probabilities(PredictResponse response) {
        List<Float> all =
                response.getPredictions().stream()
                        .map(Prediction::getProbabilities)
                        .flatMap(List::stream)
                        .toList();
        float[] values = new float[all.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = all.get(i);
        }
        return values;
    }

    @Test
    void saysThatThereIsNoModelAndThenAnswersWithTheNewest() throws Exception {
        submit();

        assertThat(answer(TestingModels.request("early", "w1", 1)))
                .returns(PredictStatus.NO_MODEL, PredictResponse::getStatus)
                .returns(null, PredictResponse::getModel)
                .returns(-1L, PredictResponse::getModelAgeMillis);

        publish(TestingModels.snapshot(store, "w1", 1, 11));
        await().atMost(LONG)
                .until(
                        () ->
                                answer(TestingModels.request("poll", "w1", 1)).getStatus()
                                        == PredictStatus.OK);
        PredictRequest two = TestingModels.request("two", "w1", 2);
        PredictResponse answered = answer(two);
        assertThat(probabilities(answered)).isEqualTo(TestingModels.expected(two, 11));
        assertThat(answered.getModel().getVersion()).isEqualTo(1);
        assertThat(answered.getModel().getSha256()).hasSize(1);
        assertThat(answered.getModelAgeMillis()).isPositive();
    }

    @Test
    void aPredictorThatStartsLateBeginsWithTheNewestModelAndTheOldestRequest() throws Exception {
        ask(TestingModels.request("waiting", "w1", 1));
        for (long version = 1; version <= 20; version++) {
            publish(TestingModels.snapshot(store, "w1", version, version));
        }
        submit();

        assertThat(awaitResponses(1))
                .singleElement()
                .returns("waiting", PredictResponse::getId)
                .returns(20L, r -> r.getModel().getVersion());
    }

    @Test
    void whatCannotBeReadBecomesADeadLetterAndTheRestIsAnswered() throws Exception {
        publish(TestingModels.snapshot(store, "w1", 1, 1));
        submit();
        ask(TestingModels.request("before", "w1", 1));
        broker.send(topics.predictRequests(), "caller", new byte[] {1, 2, 3});
        ask(TestingModels.request("x".repeat(201), "w1", 1));
        ask(TestingModels.request("after", "w1", 1));

        assertThat(awaitResponses(2))
                .extracting(PredictResponse::getId)
                .containsExactly("before", "after");
        assertThat(broker.read(topics.deadLetters(), DeadLetter.class))
                .hasSize(2)
                .allMatch(letter -> letter.getTopic().equals(topics.predictRequests()))
                .allMatch(letter -> letter.getReason() == DeadLetterReason.UNDECODABLE);
    }

    /** Models change while requests come: nobody is left out, overtaken or answered by a mix. */
    @Test
    void modelsAreSwappedUnderLoad() throws Exception {
        publish(TestingModels.snapshot(store, "w1", 1, 1));
        submit();
        int asked = 0;
        Map<String, PredictRequest> byId = new HashMap<>();
        for (long version = 2; version <= 6; version++) {
            for (int i = 0; i < 300; i++, asked++) {
                PredictRequest request = TestingModels.request("r" + asked, "w1", 1 + asked % 3);
                byId.put(request.getId(), request);
                broker.send(topics.predictRequests(), "caller-" + asked % 7, requests, request);
            }
            int sofar = asked;
            broker.flush();
            await().atMost(LONG).until(() -> responses().size() > sofar - 100);
            publish(TestingModels.snapshot(store, "w1", version, version));
        }
        List<PredictResponse> answers = awaitResponses(asked);

        assertThat(answers).hasSize(asked);
        assertThat(byCaller(answers, r -> number(r) % 7))
                .allSatisfy(
                        (caller, own) -> {
                            assertThat(own).map(PredictJobTest::number).isSorted();
                            assertThat(own).map(r -> r.getModel().getVersion()).isSorted();
                        });
        assertThat(answers)
                .allSatisfy(
                        r ->
                                assertThat(probabilities(r))
                                        .isEqualTo(
                                                TestingModels.expected(
                                                        byId.get(r.getId()),
                                                        r.getModel().getVersion())));
        assertThat(answers.stream().map(r -> r.getModel().getVersion()).distinct().count())
                .isGreaterThan(2);
    }

    @Test
    void everyRequestIsAnsweredOnceThroughTheLossOfTheTaskManager(
            @InjectMiniCluster MiniCluster flink) throws Exception {
        publish(TestingModels.snapshot(store, "w1", 1, 1));
        submit();
        int asked = 0;
        for (int kill = 0; kill < 3; kill++) {
            for (int i = 0; i < 2000; i++, asked++) {
                broker.send(
                        topics.predictRequests(),
                        "caller-" + asked % 7,
                        requests,
                        TestingModels.request("r" + asked, "w1", 1));
            }
            broker.flush();
            int some = asked - 1500;
            await().atMost(LONG).until(() -> responses().size() > some);
            flink.terminateTaskManager(taskManager++).get();
            flink.startTaskManager();
        }
        List<PredictResponse> answers = awaitResponses(asked);

        assertThat(answers.stream().map(PredictJobTest::number).sorted())
                .containsExactlyElementsOf(IntStream.range(0, asked).boxed().toList());
        assertThat(byCaller(answers, r -> number(r) % 7))
                .allSatisfy(
                        (caller, own) -> assertThat(own).map(PredictJobTest::number).isSorted());
        assertThat(answers).allMatch(r -> r.getStatus() == PredictStatus.OK);
    }

    /** A subtask that was given up for lost and works on must not answer beside its successor. */
    @Test
    void onlyOneOfTwoPredictorsOfTheSameIdAnswers() throws Exception {
        publish(TestingModels.snapshot(store, "w1", 1, 1));
        options = options.with(PredictOption.PARALLELISM, "1");
        AnswerTransactions lost = new AnswerTransactions(options, 0);
        AnswerTransactions successor = new AnswerTransactions(options, 0);

        assertThatThrownBy(() -> lost.commit(List.of(), Map.of(0, 1L)))
                .isInstanceOf(KafkaException.class);
        successor.commit(List.of(), Map.of(0, 1L));
        successor.close();
        lost.close();

        try (AnswerTransactions next = new AnswerTransactions(options, 0)) {
            assertThat(next.isAnswered(0, 0)).isTrue();
            assertThat(next.isAnswered(0, 1)).isFalse();
        }
    }

    private static int number(PredictResponse response) {
        return Integer.parseInt(response.getId().substring(1));
    }

    private static Map<Integer, List<PredictResponse>> byCaller(
            List<PredictResponse> answers, Function<PredictResponse, Integer> caller) {
        return answers.stream().collect(Collectors.groupingBy(caller));
    }
}
