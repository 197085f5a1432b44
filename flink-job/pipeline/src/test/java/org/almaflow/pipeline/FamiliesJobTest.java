package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.learning.network.NetworkJson;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.pipeline.predict.PredictJob;
import org.almaflow.pipeline.predict.PredictOption;
import org.almaflow.pipeline.predict.PredictOptions;
import org.almaflow.pipeline.store.ChunkStore;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Topics;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Families of several networks in the whole job: members in parallel subtasks, joined again. */
class FamiliesJobTest {
    @RegisterExtension static final MiniClusterExtension FLINK = TestingJobs.cluster();

    @TempDir static Path brokerFolder;
    @TempDir static Path storage;
    private static TestingBroker broker;
    private static Topics topics;

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeAll
    static void runOnce() throws Exception {
        broker = new TestingBroker(brokerFolder);
        topics = broker.newTopics();
        broker.publish(topics, new TestingSlices(4, 2, 20).all());
        JobOptions options =
                TestingExperiments.options(TestingExperiments.families(), broker, topics, storage);
        TestingJobs.run(options);
    }

    private static List<EvaluationEvent> evaluations(Topics of, String learner) {
        return TestingJobs.evaluations(broker, of, learner);
    }

    private List<EvaluationEvent> evaluations(String learner) {
        return evaluations(topics, learner);
    }

    private List<SnapshotEvent> snapshots(String learner) {
        return broker.read(topics.snapshots(), SnapshotEvent.class).stream()
                .filter(e -> e.getLearner().equals(learner))
                .toList();
    }

    @Test
    void everyFamilyEvaluatesEveryArrivalOnceInOrder() {
        for (String learner : List.of("ens", "umix", "gens", "moe", "gmoe")) {
            assertThat(evaluations(learner))
                    .as(learner)
                    .extracting(EvaluationEvent::getArrival)
                    .containsExactly(0L, 1L, 2L, 3L, 4L);
            assertThat(snapshots(learner))
                    .as(learner)
                    .extracting(SnapshotEvent::getVersion)
                    .containsExactly(2L, 4L);
            assertThat(evaluations(learner).get(4).getError())
                    .as(learner)
                    .isLessThan(evaluations(learner).get(0).getError());
        }
    }

    @Test
    void snapshotsHoldEveryNetworkThatPredicts() {
        assertThat(snapshots("ens").get(1).getMembers())
                .extracting(ModelFile::getMember)
                .containsExactly(0, 1, 2);
        assertThat(snapshots("gens").get(0).getMembers()).hasSize(1);
        assertThat(snapshots("gens").get(1).getMembers())
                .extracting(ModelFile::getMember)
                .containsExactly(0, 1);
        assertThat(snapshots("gens").get(1).getMembers().get(0))
                .isEqualTo(snapshots("gens").get(0).getMembers().get(0));
        assertThat(snapshots("gmoe")).allSatisfy(s -> assertThat(s.getMembers()).hasSize(1));
        assertThat(network("gmoe", 1).parameters()).isGreaterThan(network("gmoe", 0).parameters());
    }

    private NetworkSpec network(String learner, int snapshot) {
        String json = snapshots(learner).get(snapshot).getMembers().get(0).getNetwork();
        return NetworkJson.read(json);
    }

    @Test
    void parametersAndCostAreThoseOfAllNetworks() {
        NetworkSpec one = network("ens", 0);
        EvaluationEvent ens = evaluations("ens").get(4);
        assertThat(ens.getParameters()).isEqualTo(3 * one.parameters());
        assertThat(ens.getCumulativeParameters()).isEqualTo(4 * 3 * one.parameters());
        assertThat(ens.getTrainForwardMacs())
                .isEqualTo(ens.getExamplesTrained() * one.forwardMacs());
        EvaluationEvent umix = evaluations("umix").get(4);
        assertThat(umix.getTrainForwardMacs())
                .isEqualTo(umix.getExamplesTrained() * 3 * one.forwardMacs());
        assertThat(evaluations("gens"))
                .extracting(EvaluationEvent::getParameters)
                .containsExactly(
                        one.parameters(),
                        one.parameters(),
                        one.parameters(),
                        one.parameters(),
                        2 * one.parameters());
    }

    /** An oracle from the stored files alone: the mean of the members' predictions. */
    @Test
    void theErrorOfAnEnsembleIsThatOfItsMembersMeanPrediction() throws Exception {
        for (String learner : List.of("ens", "gens")) {
            Averaging averaging =
                    learner.equals("ens") ? Averaging.PROBABILITIES : Averaging.LOGITS;
            var holdout = new ChunkStore(storage.toUri(), "any", "toy").read(holdout());
            PredictionSum sum = null;
            try (var engine = new TestingEngine();
                    var set = engine.upload(holdout)) {
                for (ModelFile file : snapshots(learner).get(1).getMembers()) {
                    byte[] bytes = Files.readAllBytes(Path.of(file.getPath().replace("file:", "")));
                    Safetensors.Model model = Safetensors.read(bytes);
                    var network = engine.network(model.network());
                    network.load(model.weights());
                    float[] logits = new float[holdout.count() * holdout.classes()];
                    network.logits(set, 0, holdout.count(), logits);
                    PredictionSum own = PredictionSum.of(averaging, holdout.classes(), logits);
                    sum = sum == null ? own : sum.plus(own);
                }
            }
            assertThat(sum.score(holdout.labels()).error())
                    .as(learner)
                    .isEqualTo(evaluations(learner).get(4).getError());
        }
    }

    /** Every family: what is answered is what was evaluated. */
    @Test
    void thePredictorsErrorOnTheHoldoutIsTheEvaluatedOne() throws Exception {
        Examples holdout = new ChunkStore(storage.toUri(), "any", "toy").read(holdout());
        List<String> learners = List.of("ens", "umix", "gens", "moe", "gmoe");
        for (String learner : learners) {
            broker.send(
                    topics.predictRequests(),
                    "test",
                    RecordCodec.of(PredictRequest.class),
                    PredictRequest.newBuilder()
                            .setId(learner)
                            .setLearner(learner)
                            .setElementType(TestingSlices.spec().getElementType())
                            .setShape(TestingSlices.spec().getShape())
                            .setExamples(holdout.count())
                            .setFeatures(holdout.features())
                            .setAt(Instant.EPOCH)
                            .build());
        }
        broker.flush();
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        PredictJob.define(
                env,
                PredictOptions.of(broker.bootstrapServers())
                        .with(PredictOption.TOPIC_PREFIX, topics.prefix())
                        .with(PredictOption.ENGINE, "testing"));
        JobClient job = env.executeAsync("predict");
        await().atMost(TestingJobs.LONG).until(() -> responses().size() == learners.size());
        job.cancel().get();

        for (PredictResponse response : responses()) {
            int wrong = 0;
            for (int i = 0; i < holdout.count(); i++) {
                boolean right = response.getPredictions().get(i).getLabel() == holdout.labels()[i];
                wrong += right ? 0 : 1;
            }
            assertThat((double) wrong / holdout.count())
                    .as(response.getId())
                    .isEqualTo(evaluations(response.getId()).get(4).getError());
            assertThat(response.getModel().getVersion()).isEqualTo(4);
        }
    }

    private static List<PredictResponse> responses() {
        return broker.read(topics.predictResponses(), PredictResponse.class);
    }

    private static ChunkRef holdout() throws Exception {
        try (var files = Files.walk(storage)) {
            Path file =
                    files.filter(f -> f.getFileName().toString().startsWith("holdout-"))
                            .findFirst()
                            .orElseThrow();
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            String hex = HexFormat.of().formatHex(sum);
            return new ChunkRef(0, file.toUri().toString(), hex, 40);
        }
    }

    @Test
    void fewerSubtasksThanMembersGiveTheSameEvaluations() throws Exception {
        for (String subtasks : List.of("1", "2")) {
            Topics other = broker.newTopics();
            broker.publish(other, new TestingSlices(4, 2, 20).all());
            TestingJobs.run(
                    TestingExperiments.options(
                                    TestingExperiments.families(), broker, other, storage)
                            .with(JobOption.MEMBER_PARALLELISM, subtasks));

            assertThat(TestingJobs.timeless(evaluations(other, "ens")))
                    .isEqualTo(TestingJobs.timeless(evaluations("ens")));
        }
    }
}
