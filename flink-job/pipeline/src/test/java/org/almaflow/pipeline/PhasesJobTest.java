package org.almaflow.pipeline;

import static org.almaflow.pipeline.TestingJobs.LONG;
import static org.almaflow.pipeline.TestingJobs.awaitStatus;
import static org.almaflow.pipeline.TestingJobs.run;
import static org.almaflow.pipeline.TestingJobs.submit;
import static org.almaflow.pipeline.TestingJobs.timeless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.almaflow.pipeline.TestingFlakyEngineProvider.Phase;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Topics;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Failures and cancellation in every phase of a session, with checkpoints every few milliseconds.
 */
class PhasesJobTest {
    private static final List<String> LEARNERS = List.of("ens", "umix", "gens", "moe", "gmoe");

    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @TempDir static Path brokerFolder;
    @TempDir static Path oracleStorage;
    private static TestingBroker broker;
    private static Topics undisturbed;

    @TempDir Path storage;
    private final Topics topics = newStream();

    /** One undisturbed run is the oracle of all. */
    @BeforeAll
    static void runUndisturbed() throws Exception {
        broker = new TestingBroker(brokerFolder);
        undisturbed = newStream();
        run(TestingExperiments.options(yaml(), broker, undisturbed, oracleStorage));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @AfterEach
    void behave() {
        TestingFlakyEngineProvider.behave();
        TestingFileSystemFactory.behave();
    }

    private static Topics newStream() {
        Topics created = broker.newTopics();
        broker.publish(created, new TestingSlices(4, 2, 20).all());
        return created;
    }

    private static String yaml() {
        return TestingExperiments.families().replace("engine: testing", "engine: flaky");
    }

    /** On storage that can fail, with checkpoints as often as Flink takes them. */
    private JobOptions options() {
        return TestingExperiments.options(yaml(), broker, topics, storage)
                .with(JobOption.STORAGE, TestingFileSystemFactory.uri(storage).toString())
                .with(JobOption.CHECKPOINT_INTERVAL, "10 ms");
    }

    private static List<String> evaluations(Topics of, String learner) {
        return timeless(TestingJobs.evaluations(broker, of, learner));
    }

    private void assertUndisturbed() {
        for (String learner : LEARNERS) {
            assertThat(evaluations(topics, learner))
                    .isEqualTo(evaluations(undisturbed, learner))
                    .hasSize(5);
        }
        assertThat(broker.read(topics.sessions(), SessionEvent.class))
                .hasSameSizeAs(broker.read(undisturbed.sessions(), SessionEvent.class));
        assertThat(broker.read(topics.snapshots(), SnapshotEvent.class))
                .hasSameSizeAs(broker.read(undisturbed.snapshots(), SnapshotEvent.class));
    }

    /** At a use of the device that lies well inside the phase. */
    @ParameterizedTest
    @CsvSource({
        "UPLOAD, 4",
        "UPLOAD, 12",
        "TRAIN, 20",
        "TRAIN, 200",
        "SCORE, 9",
        "SCORE, 30",
        "GROW, 1"
    })
    void aDeviceThatFailsInAnyPhaseChangesNoResult(Phase phase, int use) throws Exception {
        JobOptions options = options();
        AtomicInteger uses = new AtomicInteger();
        TestingFlakyEngineProvider.failIn(phase, () -> uses.incrementAndGet() == use, 1);

        run(options);

        assertThat(TestingFlakyEngineProvider.failuresLeft()).isZero();
        assertUndisturbed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/train-.*\\.chunk", "/holdout-.*\\.chunk", "/models/.*", "/arrivals/.*"})
    void storageThatFailsInAnyPhaseChangesNoResult(String files) throws Exception {
        JobOptions options = options();
        TestingFileSystemFactory.failOnce(matching(files), () -> true);

        run(options);

        assertThat(TestingFileSystemFactory.failuresLeft()).isZero();
        assertUndisturbed();
    }

    private static Predicate<String> matching(String files) {
        return path -> path.matches(".*" + files + ".*");
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void cancellationEndsWhileTheDeviceWorksInAnyPhase(Phase phase) throws Exception {
        CountDownLatch reached = TestingFlakyEngineProvider.slowDown(phase);
        cancelWhen(reached, phase.toString());
    }

    /** Storage that does not answer, not even to an interrupt. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/staging/.*",
                "/train-.*\\.chunk",
                "/holdout-.*\\.chunk",
                "/models/.*",
                "/arrivals/.*"
            })
    void cancellationDoesNotWaitForStorageThatHangs(String files) throws Exception {
        CountDownLatch reached = TestingFileSystemFactory.hang(matching(files));
        cancelWhen(reached, files);
    }

    private void cancelWhen(CountDownLatch reached, String where) throws Exception {
        JobClient job = submit(options());
        TestingJobs.await(reached, job);
        long begun = System.nanoTime();
        job.cancel().get();
        awaitStatus(JobStatus.CANCELED, job);
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf("cancelled at %s after %.2f s%n", where, seconds);
    }

    /** What is read again after a restart is checked; what is gone is named. */
    @Test
    void aHoldoutThatIsGoneAfterARestartIsNamed() throws Exception {
        JobOptions options = options().with(JobOption.RESTART_ATTEMPTS, "1");
        CountDownLatch training = TestingFlakyEngineProvider.slowDown(Phase.TRAIN);
        JobClient job = submit(options);
        TestingJobs.await(training, job);
        await().atMost(LONG)
                .until(
                        TestingJobs.newCheckpointSinceFirstCall(storage, options.run())
                                ::getAsBoolean);
        job.cancel().get();
        awaitStatus(JobStatus.CANCELED, job);
        try (Stream<Path> files = Files.walk(storage.resolve("chunks"))) {
            Files.delete(
                    files.filter(f -> f.getFileName().toString().startsWith("holdout-"))
                            .findFirst()
                            .orElseThrow());
        }
        TestingFlakyEngineProvider.behave();
        String checkpoint =
                TestingFileSystemFactory.uri(TestingJobs.newestCheckpoint(storage, options.run()))
                        .toString();

        assertThatThrownBy(() -> run(options.with(JobOption.FROM, checkpoint)))
                .hasStackTraceContaining("holdout-000000-")
                .hasStackTraceContaining("is gone; restore the file");
    }
}
