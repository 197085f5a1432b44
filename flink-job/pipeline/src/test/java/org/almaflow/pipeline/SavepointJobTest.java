package org.almaflow.pipeline;

import static org.almaflow.pipeline.TestingJobs.LONG;
import static org.almaflow.pipeline.TestingJobs.awaitStatus;
import static org.almaflow.pipeline.TestingJobs.finish;
import static org.almaflow.pipeline.TestingJobs.run;
import static org.almaflow.pipeline.TestingJobs.stop;
import static org.almaflow.pipeline.TestingJobs.submit;
import static org.almaflow.pipeline.TestingJobs.timeless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.almaflow.pipeline.TestingFlakyEngineProvider.Phase;
import org.almaflow.pipeline.member.LearnerChangedException;
import org.almaflow.pipeline.restore.CheckpointFiles;
import org.almaflow.pipeline.restore.SavepointException;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Runs that stop with a savepoint in mid-session and go on, the same or changed. */
class SavepointJobTest {
    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

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
        topics = newStream();
    }

    @AfterEach
    void behave() {
        TestingFlakyEngineProvider.behave();
    }

    private static Topics newStream() {
        Topics created = broker.newTopics();
        broker.publish(created, new TestingSlices(4, 2, 20).all());
        return created;
    }

    private JobOptions options(String yaml) {
        return TestingExperiments.options(yaml, broker, topics, storage);
    }

    private static String slow(String yaml) {
        return yaml.replace("engine: testing", "engine: flaky")
                .replace("max_epochs: 4, patience: 3", "max_epochs: 40, patience: 40");
    }

    /** Learners w1 and w2, whose sessions take long enough to be stopped. */
    private static String two() {
        return slow(TestingExperiments.two("testing"));
    }

    private static String only(String learner) {
        return two().lines()
                .filter(line -> !line.contains("- {id: ") || line.contains("id: " + learner))
                .reduce("", (a, b) -> a + b + "\n");
    }

    private List<String> evaluations(Topics of, String learner) {
        return timeless(TestingJobs.evaluations(broker, of, learner));
    }

    /** What an undisturbed run of the same chunks gives. */
    private Topics undisturbed(String yaml) throws Exception {
        TestingFlakyEngineProvider.behave();
        Topics other = newStream();
        run(TestingExperiments.options(yaml, broker, other, storage));
        return other;
    }

    /** Starts, and stops in training, when its session is out. */
    private String stopInTraining(JobOptions options) throws Exception {
        var training = TestingFlakyEngineProvider.slowDown(Phase.TRAIN);
        int before = broker.read(topics.sessions(), SessionEvent.class).size();
        JobClient job = submit(options);
        TestingJobs.await(training, job);
        await().atMost(LONG)
                .until(() -> broker.read(topics.sessions(), SessionEvent.class).size() > before);
        return stop(job, storage.resolve("savepoints"));
    }

    private void goOn(JobOptions options, String savepoint) throws Exception {
        TestingFlakyEngineProvider.behave();
        finish(submit(options.with(JobOption.FROM, savepoint)));
    }

    @Test
    void everyFamilyGoesOnInMidSessionOnAnotherNumberOfSubtasks() throws Exception {
        String yaml = slow(TestingExperiments.families());
        Topics undisturbed = undisturbed(yaml);
        JobOptions options = options(yaml);

        String first = stopInTraining(options.with(JobOption.MEMBER_PARALLELISM, "1"));
        String second =
                stopInTraining(
                        options.with(JobOption.MEMBER_PARALLELISM, "4")
                                .with(JobOption.FROM, first));
        assertThat(evaluations(topics, "ens")).hasSizeLessThan(5);
        assertThat(CheckpointFiles.of(second))
                .allMatch(file -> Files.exists(Path.of(URI.create(file))));
        goOn(options.with(JobOption.MEMBER_PARALLELISM, "2"), second);

        for (String learner : List.of("ens", "umix", "gens", "moe", "gmoe")) {
            assertThat(evaluations(topics, learner))
                    .isEqualTo(evaluations(undisturbed, learner))
                    .hasSize(5);
        }
        assertThat(broker.read(topics.sessions(), SessionEvent.class))
                .hasSameSizeAs(broker.read(undisturbed.sessions(), SessionEvent.class));
        assertThat(broker.read(topics.snapshots(), SnapshotEvent.class))
                .hasSameSizeAs(broker.read(undisturbed.snapshots(), SnapshotEvent.class));
    }

    @Test
    void aLearnerThatIsAddedGetsTheArrivalsItMissedAndTheOtherGoesOn() throws Exception {
        Topics undisturbed = undisturbed(two());
        JobOptions options = options(only("w1"));

        String savepoint = stopInTraining(options);
        goOn(options.with(JobOption.EXPERIMENT, base64(two())), savepoint);

        assertThat(evaluations(topics, "w1")).isEqualTo(evaluations(undisturbed, "w1"));
        assertThat(evaluations(topics, "w2")).isEqualTo(evaluations(undisturbed, "w2")).hasSize(5);
    }

    private static String base64(String yaml) {
        return Base64.getEncoder().encodeToString(yaml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theStateOfALearnerThatIsRemovedIsDroppedAndTheOtherGoesOn() throws Exception {
        Topics undisturbed = undisturbed(two());
        JobOptions options = options(two());

        String savepoint = stopInTraining(options);
        int before = evaluations(topics, "w2").size();
        goOn(options.with(JobOption.EXPERIMENT, base64(only("w1"))), savepoint);

        assertThat(evaluations(topics, "w1")).isEqualTo(evaluations(undisturbed, "w1")).hasSize(5);
        assertThat(evaluations(topics, "w2")).hasSize(before);
    }

    @Test
    void aChangedLearnerIsRefusedOrStartedAnewByOption() throws Exception {
        String changed =
                two().replace("{id: w2, wait: {chunks: 2}}", "{id: w2, wait: {chunks: 4}}");
        Topics undisturbed = undisturbed(changed);
        JobOptions options = options(two());
        String savepoint = stopInTraining(options);
        int before = evaluations(topics, "w2").size();
        JobOptions other =
                options.with(JobOption.EXPERIMENT, base64(changed)).with(JobOption.FROM, savepoint);

        assertThatThrownBy(() -> submit(other))
                .isInstanceOf(LearnerChangedException.class)
                .hasMessageMatching(
                        "learner 'w2' is not the one whose state this is: waiting\\.\\w+ was 2 and"
                                + " is 4; change it back, give it another id, or start it anew with"
                                + " --restart-learner w2");
        String again = stopInTraining(other.with(JobOption.RESTART_LEARNER, "w2"));
        goOn(options.with(JobOption.EXPERIMENT, base64(changed)), again);

        assertThat(evaluations(topics, "w1")).isEqualTo(evaluations(undisturbed, "w1"));
        List<String> w2 = evaluations(topics, "w2");
        assertThat(w2.subList(before, w2.size()))
                .isEqualTo(evaluations(undisturbed, "w2"))
                .hasSize(5);
    }

    @Test
    void aCancelledRunGoesOnFromItsLastCheckpoint() throws Exception {
        Topics undisturbed = undisturbed(two());
        JobOptions options = options(two());
        var training = TestingFlakyEngineProvider.slowDown(Phase.TRAIN);
        JobClient job = submit(options);
        TestingJobs.await(training, job);
        var checkpoint = TestingJobs.newCheckpointSinceFirstCall(storage, options.run());
        await().atMost(LONG).until(checkpoint::getAsBoolean);
        job.cancel().get();
        awaitStatus(JobStatus.CANCELED, job);

        goOn(options, TestingJobs.newestCheckpoint(storage, options.run()).toUri().toString());

        assertThat(evaluations(topics, "w1")).isEqualTo(evaluations(undisturbed, "w1")).hasSize(5);
        assertThat(evaluations(topics, "w2")).isEqualTo(evaluations(undisturbed, "w2")).hasSize(5);
    }

    @Test
    void whatCannotBeStartedFromIsRefusedWithASentence() throws Exception {
        JobOptions options = options(only("w1"));
        assertThatThrownBy(() -> submit(options.with(JobOption.FROM, "file:/no/such/folder")))
                .isInstanceOf(SavepointException.class)
                .hasMessageStartingWith("--from: there is no savepoint or checkpoint at file:/no/");
        assertThatThrownBy(() -> submit(options.with(JobOption.RESTART_LEARNER, "w9")))
                .isInstanceOf(JobOptionsException.class)
                .hasMessage(
                        "option --restart-learner names 'w9'; the experiment has the learners"
                                + " [w1]");

        String savepoint = stopInTraining(options);
        assertThatThrownBy(
                        () ->
                                submit(
                                        options.with(JobOption.FROM, savepoint)
                                                .with(JobOption.RUN, "another")))
                .isInstanceOf(LearnerChangedException.class)
                .hasMessage(
                        "the state of learner 'w1' is of run '%s' and not of run 'another'; give --run %s"
                                .formatted(options.run(), options.run()));
    }
}
