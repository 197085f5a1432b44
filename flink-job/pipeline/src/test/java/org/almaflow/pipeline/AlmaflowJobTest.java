package org.almaflow.pipeline;

import static org.almaflow.pipeline.TestingJobs.LONG;
import static org.almaflow.pipeline.TestingJobs.newCheckpointSinceFirstCall;
import static org.almaflow.pipeline.TestingJobs.run;
import static org.almaflow.pipeline.TestingJobs.submit;
import static org.almaflow.pipeline.TestingJobs.timeless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DeadLetterReason;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.TopicException;
import org.almaflow.schemas.Topics;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a MiniCluster, seen by a read_committed consumer. */
class AlmaflowJobTest {
    @RegisterExtension static final MiniClusterExtension FLINK = TestingJobs.cluster();

    @TempDir static Path brokerFolder;
    private static TestingBroker broker;

    @TempDir Path folder;
    private Path storage;
    private Topics topics;

    @BeforeAll
    static void startBroker() {
        broker = new TestingBroker(brokerFolder);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() {
        storage = folder.resolve("with space");
        topics = broker.newTopics();
    }

    private JobOptions options(String yaml) {
        return TestingExperiments.options(yaml, broker, topics, storage);
    }

    private List<EvaluationEvent> evaluations(Topics of, String learner) {
        return TestingJobs.evaluations(broker, of, learner);
    }

    private List<Long> arrivals(String learner) {
        return evaluations(topics, learner).stream().map(EvaluationEvent::getArrival).toList();
    }

    @Test
    void publishesOneEvaluationForEveryLearnerAndArrivalAndEnds() throws Exception {
        broker.publish(topics, new TestingSlices(4, 2, 20).all());

        run(options(TestingExperiments.two("testing")));

        assertThat(arrivals("w1")).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(arrivals("w2")).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(evaluations(topics, "w2"))
                .extracting(EvaluationEvent::getTrained)
                .containsExactly(false, false, true, false, true);
        assertThat(evaluations(topics, "w2"))
                .extracting(EvaluationEvent::getSnapshotVersion)
                .containsExactly(0L, 0L, 2L, 2L, 4L);
        EvaluationEvent last = evaluations(topics, "w1").get(4);
        assertThat(last.getSessions()).isEqualTo(4);
        assertThat(last.getHoldoutExamples()).isEqualTo(40);
        assertThat(last.getCumulativeError())
                .isEqualTo(
                        evaluations(topics, "w1").stream()
                                .skip(1)
                                .mapToDouble(EvaluationEvent::getError)
                                .sum());
        assertThat(broker.read(topics.deadLetters(), DeadLetter.class)).isEmpty();
    }

    @Test
    void snapshotsNameModelFilesThatCanBeReadAndTheChunksTheyCameFrom() throws Exception {
        broker.publish(topics, new TestingSlices(4, 2, 20).all());

        run(options(TestingExperiments.two("testing")));

        List<SnapshotEvent> snapshots =
                broker.read(topics.snapshots(), SnapshotEvent.class).stream()
                        .filter(s -> s.getLearner().equals("w2"))
                        .toList();
        assertThat(snapshots).extracting(SnapshotEvent::getVersion).containsExactly(2L, 4L);
        SnapshotEvent second = snapshots.get(1);
        assertThat(second.getLineage()).extracting(c -> c.getChunk()).containsExactly(3L, 4L);
        assertThat(second.getLineage()).extracting(c -> c.getExamples()).containsOnly(40L);
        assertThat(second.getSpec()).isEqualTo(TestingSlices.spec());
        byte[] file = Files.readAllBytes(Path.of(URI.create(second.getMembers().get(0).getPath())));
        assertThat(file).hasSize((int) second.getMembers().get(0).getBytes());
        assertThat(Safetensors.read(file).network().parameters()).isEqualTo(second.getParameters());
    }

    @Test
    void sessionsAreOpenedAndClosedInOrder() throws Exception {
        broker.publish(topics, new TestingSlices(4, 2, 20).all());

        run(options(TestingExperiments.two("testing")));

        List<SessionEvent> sessions =
                broker.read(topics.sessions(), SessionEvent.class).stream()
                        .filter(s -> s.getLearner().equals("w2"))
                        .filter(s -> s.getPhase() != SessionPhase.EPOCH)
                        .toList();
        assertThat(sessions)
                .extracting(SessionEvent::getPhase)
                .containsExactly(
                        SessionPhase.OPENED,
                        SessionPhase.CLOSED,
                        SessionPhase.OPENED,
                        SessionPhase.CLOSED);
        assertThat(sessions.get(0).getChunks()).containsExactly(1L, 2L);
        assertThat(sessions.get(2).getChunks()).containsExactly(3L, 4L);
    }

    @Test
    void aLearnerWhoseLossIsNoNumberSaysSoAndTheStreamGoesOn() throws Exception {
        String yaml =
                TestingExperiments.two("testing")
                        .replace(
                                "{id: w2, wait: {chunks: 2}}",
                                "{id: wild, wait: {chunks: 1}, training:"
                                        + " {optimizer: {type: sgd, lr: 1.0e+30}}}");
        broker.publish(topics, new TestingSlices(4, 2, 20).all());

        run(options(yaml));

        assertThat(arrivals("w1")).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(arrivals("wild")).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(evaluations(topics, "wild"))
                .extracting(EvaluationEvent::getError)
                .containsOnly(evaluations(topics, "wild").get(0).getError());
        List<SessionEvent> closed =
                broker.read(topics.sessions(), SessionEvent.class).stream()
                        .filter(s -> s.getLearner().equals("wild"))
                        .filter(s -> s.getPhase() == SessionPhase.CLOSED)
                        .toList();
        assertThat(closed)
                .hasSize(4)
                .allSatisfy(s -> assertThat(s.getReason()).startsWith("diverged: the loss is"));
        assertThat(broker.read(topics.snapshots(), SnapshotEvent.class))
                .extracting(SnapshotEvent::getLearner)
                .containsOnly("w1");
        assertThat(evaluations(topics, "w1").get(4).getError())
                .isLessThan(evaluations(topics, "w1").get(0).getError());
    }

    @Test
    void aLearnerThatCannotBeBuiltEndsTheJobAtOnceWithItsName() throws Exception {
        String yaml =
                TestingExperiments.two("testing")
                        .replace(
                                "{id: w2, wait: {chunks: 2}}",
                                "{id: odd, wait: {chunks: 2}, network: {type: vgg, channels: 4}}");
        broker.publish(topics, new TestingSlices(4, 2, 20).all());

        // A restart would take longer than the test.
        JobClient job = submit(options(yaml).with(JobOption.RESTART_DELAY, "10 min"));

        assertThatThrownBy(
                        () ->
                                job.getJobExecutionResult()
                                        .get(
                                                LONG.toSeconds(),
                                                java.util.concurrent.TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IllegalArgumentException.class)
                .hasStackTraceContaining("learner 'odd'")
                .hasStackTraceContaining("keys network and family");
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.FAILED);
    }

    @Test
    void aFailureInMidSessionChangesNoResult() throws Exception {
        String yaml =
                TestingExperiments.two("flaky")
                        .replace("max_epochs: 4, patience: 3", "max_epochs: 150, patience: 150");
        List<ChunkSlice> slices = new TestingSlices(4, 2, 20).all();
        Topics undisturbed = topics;
        broker.publish(undisturbed, slices);
        run(options(yaml));
        topics = broker.newTopics();
        broker.publish(topics, slices);

        JobOptions options = options(yaml);
        TestingFlakyEngineProvider.failWhen(newCheckpointSinceFirstCall(storage, options.run()), 1);
        run(options);

        assertThat(TestingFlakyEngineProvider.failuresLeft()).isZero();
        for (String learner : List.of("w1", "w2")) {
            assertThat(timeless(evaluations(topics, learner)))
                    .isEqualTo(timeless(evaluations(undisturbed, learner)));
        }
        assertThat(broker.read(topics.sessions(), SessionEvent.class))
                .hasSameSizeAs(broker.read(undisturbed.sessions(), SessionEvent.class));
        assertThat(broker.read(topics.snapshots(), SnapshotEvent.class))
                .hasSameSizeAs(broker.read(undisturbed.snapshots(), SnapshotEvent.class));
    }

    @Test
    void aFailureThatComesAgainAndAgainEndsTheJobWithItsCause() throws Exception {
        broker.publish(topics, new TestingSlices(4, 2, 20).all());
        TestingFlakyEngineProvider.failWhen(() -> true, Integer.MAX_VALUE);
        JobOptions options =
                options(TestingExperiments.two("flaky")).with(JobOption.RESTART_ATTEMPTS, "2");

        assertThatThrownBy(() -> run(options))
                .rootCause()
                .hasMessage("the device fell off the bus");
        TestingFlakyEngineProvider.failWhen(() -> false, 0);
    }

    @Test
    void badSlicesBecomeDeadLettersAndTheGoodDataBesideThemIsLearntFrom() throws Exception {
        List<ChunkSlice> slices = new TestingSlices(4, 2, 20).all();
        ChunkSlice corrupt = new TestingSlices(4, 2, 20).slice(2, 0);
        corrupt.getFeatures().put(0, (byte) ~corrupt.getFeatures().get(0));
        broker.publish(topics, slices.subList(0, 5));
        broker.publish(topics, null, "garbage".getBytes(StandardCharsets.UTF_8));
        broker.publish(topics, List.of(corrupt));
        broker.publish(topics, slices.subList(5, slices.size()));

        run(options(TestingExperiments.two("testing")));

        assertThat(arrivals("w1")).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(broker.read(topics.deadLetters(), DeadLetter.class))
                .extracting(DeadLetter::getReason, DeadLetter::getOffset)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(DeadLetterReason.UNDECODABLE, 5L),
                        org.assertj.core.groups.Tuple.tuple(DeadLetterReason.CORRUPT, 6L));
    }

    @Test
    void aChunkThatNeverCompletesDoesNotHoldUpTheStream() throws Exception {
        broker.publish(
                topics,
                new TestingSlices(4, 2, 20)
                        .all().stream()
                                .filter(s -> s.getChunk() != 2 || s.getSlice() != 1)
                                .toList());

        run(options(TestingExperiments.two("testing")).with(JobOption.ASSEMBLY_TIMEOUT, "300 ms"));

        assertThat(arrivals("w1")).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(broker.read(topics.deadLetters(), DeadLetter.class))
                .extracting(DeadLetter::getReason)
                .containsExactly(DeadLetterReason.INCOMPLETE_CHUNK);
    }

    @Test
    void aRunThatIsDoneEndsAtOnceAndDoublesNothing() throws Exception {
        broker.publish(topics, new TestingSlices(4, 2, 20).all());
        JobOptions options = options(TestingExperiments.two("testing"));
        run(options);

        run(options);

        assertThat(arrivals("w1")).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(arrivals("w2")).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void aSlotForEveryMemberGivesTheSame() throws Exception {
        broker.publish(topics, new TestingSlices(4, 2, 20).all());
        JobOptions options =
                options(TestingExperiments.two("testing")).with(JobOption.LEARNER_SLOTS, "each");

        run(options);

        assertThat(AlmaflowJob.slots(TestingExperiments.read(options), options)).isEqualTo(3);
        assertThat(arrivals("w1")).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void anEndlessStreamGoesOnUntilItIsCancelled() throws Exception {
        TestingSlices endless = new TestingSlices(0, 2, 20);
        broker.publish(topics, endless.upTo(3));
        JobClient job = submit(options(TestingExperiments.two("testing")));
        await().atMost(LONG).until(() -> arrivals("w2").size() == 4);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);

        broker.publish(topics, endless.chunk(4));
        broker.publish(topics, endless.chunk(5));

        await().atMost(LONG).until(() -> arrivals("w2").size() == 6);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
        job.cancel().get();
        await().atMost(LONG).until(() -> job.getJobStatus().get() == JobStatus.CANCELED);
        assertThat(arrivals("w1")).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void anUnboundedRunOfABoundedStreamGoesOn() throws Exception {
        broker.publish(topics, new TestingSlices(4, 2, 20).all());
        JobClient job =
                submit(options(TestingExperiments.two("testing")).with(JobOption.BOUNDED, "false"));
        await().atMost(LONG).until(() -> arrivals("w2").size() == 5);

        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
        job.cancel().get();
    }

    @Test
    void aMissingTopicIsNamedBeforeAnythingStarts() {
        JobOptions options =
                options(TestingExperiments.two("testing")).with(JobOption.TOPIC_PREFIX, "nowhere");

        assertThatThrownBy(() -> AlmaflowJob.main(options.toArgs()))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("nowhere.")
                .hasMessageContaining("alma topics create");
    }

    @Test
    void aBrokerThatIsNotThereIsNamedBeforeAnythingStarts() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        JobOptions options =
                options(TestingExperiments.two("testing"))
                        .with(JobOption.BOOTSTRAP_SERVERS, "127.0.0.1:" + port);

        assertThatThrownBy(() -> AlmaflowJob.main(options.toArgs()))
                .isInstanceOf(TopicException.class)
                .hasMessageContaining("127.0.0.1:" + port);
    }
}
