package org.almaflow.pipeline;

import static org.almaflow.pipeline.TestingJobs.timeless;
import static org.almaflow.pipeline.TestingJobs.undated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Topics;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Decisions in the whole job: in Wait, in Train and at timers, and sessions that queue. */
class ClosedLoopJobTest {
    @RegisterExtension static final MiniClusterExtension FLINK = TestingJobs.cluster();

    private static final String EXPERIMENT =
            """
            name: toy
            seed: 3
            engine: %s
            stream: {name: toy, dataset: mnist, chunks: 4}
            defaults:
              family: SM
              network: {type: mlp, hidden: [8]}
              training: {batch_size: 8, max_epochs: %d, patience: %d}
            learners:
            """;

    @TempDir static Path brokerFolder;
    private static TestingBroker broker;

    @TempDir Path storage;
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
        topics = broker.newTopics();
    }

    private JobOptions options(String engine, int epochs, String... learners) {
        String yaml =
                EXPERIMENT.formatted(engine, epochs, epochs)
                        + IntStream.range(0, learners.length)
                                .mapToObj(i -> "  - {id: l" + i + ", " + learners[i] + "}\n")
                                .collect(Collectors.joining());
        return TestingExperiments.options(yaml, broker, topics, storage);
    }

    private List<EvaluationEvent> evaluations(String learner) {
        return TestingJobs.evaluations(broker, topics, learner);
    }

    private List<DecisionEvent> decisions(String learner) {
        return TestingJobs.decisions(broker, topics, learner);
    }

    private List<SessionEvent> sessions() {
        return broker.read(topics.sessions(), SessionEvent.class);
    }

    private static final String OPEN = "wait: {chunks: 2}";
    private static final String LOOP =
            "wait: {all-of: [{budget: 1000000000}, {chunks: 2}], warm-up: 1}";
    private static final String PAIR = "family: Ens, k: 2, " + LOOP;

    @Test
    void everyDecisionIsPublishedOnceWhereverItIsMade() throws Exception {
        broker.publish(topics, new TestingSlices(4, 2, 20).all());
        TestingJobs.run(options("testing", 4, OPEN, LOOP, PAIR));

        for (String learner : List.of("l0", "l1", "l2")) {
            assertThat(decisions(learner))
                    .as(learner)
                    .extracting(DecisionEvent::getArrival)
                    .containsExactly(1L, 2L, 3L, 4L);
            assertThat(decisions(learner))
                    .extracting(DecisionEvent::getDecision)
                    .containsExactly(1L, 2L, 3L, 4L);
            assertThat(decisions(learner).stream().map(DecisionEvent::getTrain))
                    .as("trained at the same arrivals")
                    .containsExactlyElementsOf(
                            evaluations(learner).stream()
                                    .skip(1)
                                    .map(EvaluationEvent::getTrained)
                                    .toList());
        }
        assertThat(decisions("l0"))
                .extracting(DecisionEvent::getTrain)
                .containsExactly(false, true, false, true);
        for (String learner : List.of("l1", "l2")) {
            assertThat(decisions(learner).stream().map(DecisionEvent::getTrain))
                    .as(learner)
                    .containsExactly(true, false, true, false);
            assertThat(decisions(learner).get(1).getFigures()).containsKey("spent_macs");
            assertThat(decisions(learner).get(1).getFigures().get("spent_macs"))
                    .isEqualTo((double) evaluations(learner).get(1).getTotalMacs());
        }
    }

    @Test
    void prequentialErrorsAreThoseOfTheModelBefore() throws Exception {
        broker.publish(topics, new TestingSlices(4, 2, 20).all());
        TestingJobs.run(options("testing", 4, OPEN, "family: Ens, k: 2, wait: {chunks: 2}"));

        for (String learner : List.of("l0", "l1")) {
            List<EvaluationEvent> all = evaluations(learner);
            assertThat(all)
                    .extracting(EvaluationEvent::getPrequentialExamples)
                    .containsExactly(0L, 40L, 40L, 40L, 40L);
            assertThat(all.get(0).getPrequentialError()).isNaN();
            assertThat(all.get(4).getCumulativePrequentialError())
                    .isEqualTo(
                            all.stream()
                                    .skip(1)
                                    .mapToDouble(EvaluationEvent::getPrequentialError)
                                    .sum());
            assertThat(all.get(4).getPrequentialError())
                    .isLessThan(all.get(1).getPrequentialError());
        }
        assertThat(evaluations("l1").get(4).getPrequentialMacs())
                .isEqualTo(2 * evaluations("l0").get(4).getPrequentialMacs());
    }

    @Test
    void aFailureInMidSessionChangesNoDecision() throws Exception {
        List<ChunkSlice> slices = new TestingSlices(4, 2, 20).all();
        String stop = "family: Ens, k: 2, stop: together, wait: {chunks: 2}";
        Topics undisturbed = topics;
        broker.publish(undisturbed, slices);
        TestingJobs.run(options("flaky", 60, OPEN, PAIR, stop));
        topics = broker.newTopics();
        broker.publish(topics, slices);
        JobOptions options = options("flaky", 60, OPEN, PAIR, stop);
        TestingFlakyEngineProvider.failWhen(
                TestingJobs.newCheckpointSinceFirstCall(storage, options.run()), 1);
        TestingJobs.run(options);

        assertThat(TestingFlakyEngineProvider.failuresLeft()).isZero();
        for (String learner : List.of("l0", "l1", "l2")) {
            assertThat(undated(decisions(learner)))
                    .isEqualTo(undated(TestingJobs.decisions(broker, undisturbed, learner)));
            assertThat(timeless(evaluations(learner)))
                    .isEqualTo(timeless(TestingJobs.evaluations(broker, undisturbed, learner)));
        }
        assertThat(sessions())
                .hasSameSizeAs(broker.read(undisturbed.sessions(), SessionEvent.class));
    }

    /** Chunk 2 holds until the timer; chunk 3 comes when its session has left a model. */
    @Test
    void aTimersSessionIsThatOfTheArrivalBeforeAndCountsFromTheNextOneOn() throws Exception {
        TestingSlices slices = new TestingSlices(4, 2, 20);
        broker.publish(topics, slices.upTo(2));
        String timed = "wait: {time: 3s, warm-up: 1}";
        String timedLoop = "wait: {any-of: [{time: 3s}, {budget: 1}]}";
        JobClient job =
                TestingJobs.submit(options("testing", 4, timed, timedLoop, "wait: {chunks: 1}"));
        for (String learner : List.of("l0", "l1")) {
            await().atMost(TestingJobs.LONG).until(() -> versions(learner).contains(2L));
        }
        broker.publish(topics, slices.chunk(3));
        broker.publish(topics, slices.chunk(4));
        job.getJobExecutionResult().get();

        for (String learner : List.of("l0", "l1")) {
            List<EvaluationEvent> all = evaluations(learner);
            assertThat(all)
                    .extracting(EvaluationEvent::getArrival)
                    .containsExactly(0L, 1L, 2L, 3L, 4L);
            assertThat(all.get(2).getSnapshotVersion()).as("as it was then").isEqualTo(1);
            assertThat(all.get(3).getSessions()).isGreaterThanOrEqualTo(2);
            assertThat(all.get(3).getSnapshotVersion()).isGreaterThanOrEqualTo(2);
            assertThat(all.get(3).getTotalMacs()).isGreaterThan(all.get(2).getTotalMacs());
            assertThat(decisions(learner).stream().filter(DecisionEvent::getTimer))
                    .anySatisfy(
                            d -> {
                                assertThat(d.getArrival()).isEqualTo(2);
                                assertThat(d.getTrain()).isTrue();
                            });
            assertThat(decisions(learner))
                    .filteredOn(d -> !d.getTimer())
                    .extracting(DecisionEvent::getArrival)
                    .containsExactly(1L, 2L, 3L, 4L);
        }
    }

    private Set<Long> versions(String learner) {
        return broker.read(topics.snapshots(), SnapshotEvent.class).stream()
                .filter(s -> s.getLearner().equals(learner))
                .map(SnapshotEvent::getVersion)
                .collect(Collectors.toSet());
    }

    /**
     * By the times of the events: whoever opens finds at most one other between opening and end.
     * Times are in milliseconds, in which a session can open and end: those of the same one are
     * left out.
     */
    @Test
    void twelveLearnersTrainTwoAtATime() throws Exception {
        broker.publish(topics, new TestingSlices(4, 2, 20).all());
        String[] learners = new String[12];
        for (int i = 0; i < learners.length; i++) {
            learners[i] = i % 3 == 0 ? LOOP : "wait: {chunks: " + i % 3 + "}";
        }
        TestingJobs.run(options("testing", 4, learners).with(JobOption.CONCURRENT_SESSIONS, "2"));

        for (int i = 0; i < learners.length; i++) {
            assertThat(evaluations("l" + i))
                    .extracting(EvaluationEvent::getArrival)
                    .containsExactly(0L, 1L, 2L, 3L, 4L);
        }
        List<SessionEvent> opened =
                sessions().stream().filter(s -> s.getPhase() == SessionPhase.OPENED).toList();
        List<SessionEvent> closed =
                sessions().stream().filter(s -> s.getPhase() == SessionPhase.CLOSED).toList();
        for (SessionEvent one : opened) {
            long others =
                    opened.stream()
                            .filter(o -> o.getAt().isBefore(one.getAt()))
                            .filter(o -> endOf(o, closed).getAt().isAfter(one.getAt()))
                            .count();
            assertThat(others).isLessThanOrEqualTo(1);
        }
    }

    private static SessionEvent endOf(SessionEvent opened, List<SessionEvent> closed) {
        return closed.stream()
                .filter(c -> c.getLearner().equals(opened.getLearner()))
                .filter(c -> c.getSession() == opened.getSession())
                .findFirst()
                .orElseThrow();
    }
}
