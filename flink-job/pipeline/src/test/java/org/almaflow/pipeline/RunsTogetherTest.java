package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Topics;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionListing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Several jobs on one broker, topics and storage. */
class RunsTogetherTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @TempDir Path folder;
    private TestingBroker broker;
    private Topics topics;
    private final TestingSlices endless = new TestingSlices(0, 1, 20);

    @BeforeEach
    void start() {
        broker = new TestingBroker(folder.resolve("kafka"));
        topics = broker.newTopics();
        broker.publish(topics, endless.upTo(2));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private JobOptions options() {
        return TestingExperiments.options(
                TestingExperiments.two("testing"), broker, topics, folder.resolve("storage"));
    }

    private static JobClient submit(JobOptions options) throws Exception {
        Experiment experiment = TestingExperiments.read(options);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        AlmaflowJob.define(env, experiment, options);
        return env.executeAsync(AlmaflowJob.name(experiment, options));
    }

    private List<Long> arrivals(JobOptions options) {
        return broker.read(topics.evaluations(), EvaluationEvent.class).stream()
                .filter(e -> e.getRun().equals(options.run()) && e.getLearner().equals("w2"))
                .map(EvaluationEvent::getArrival)
                .toList();
    }

    private void awaitArrivals(JobOptions options, long last) {
        List<Long> all = LongStream.rangeClosed(0, last).boxed().toList();
        await().atMost(LONG).until(() -> arrivals(options).size() > last);
        assertThat(arrivals(options)).isEqualTo(all);
    }

    @Test
    void twoRunsDoNotFenceEachOther() throws Exception {
        JobOptions first = options();
        JobOptions second = options();
        List<JobClient> jobs = List.of(submit(first), submit(second));
        awaitArrivals(first, 2);
        awaitArrivals(second, 2);
        Set<String> begun = prefixes(first);

        broker.publish(topics, endless.chunk(3));

        awaitArrivals(first, 3);
        awaitArrivals(second, 3);
        assertThat(begun)
                .as("one prefix a sink")
                .containsExactlyInAnyOrder(
                        first.run() + "-" + topics.sessions(),
                        first.run() + "-" + topics.decisions(),
                        first.run() + "-" + topics.evaluations(),
                        first.run() + "-" + topics.snapshots(),
                        first.run() + "-" + topics.deadLetters());
        assertThat(prefixes(first)).as("stable while the job runs").isEqualTo(begun);
        assertThat(prefixes(second)).hasSize(5).doesNotContainAnyElementsOf(begun);
        for (JobClient job : jobs) {
            assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
            job.cancel().get();
        }
    }

    /** Transactional ids of a run that the broker knows, without the sinks' own endings. */
    private Set<String> prefixes(JobOptions options) throws Exception {
        try (Admin admin = Admin.create(broker.properties())) {
            return admin.listTransactions().all().get().stream()
                    .map(TransactionListing::transactionalId)
                    .filter(id -> id.startsWith(options.run()))
                    .map(id -> id.replaceAll("-\\d+(-\\d+)?$", ""))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void aRunThatIsWorkedOnIsRefusedAndGoesOn() throws Exception {
        JobOptions options = options();
        JobClient job = submit(options);
        awaitArrivals(options, 2);

        assertThatThrownBy(() -> AlmaflowJob.main(options.toArgs()))
                .isInstanceOf(JobOptionsException.class)
                .hasMessageContaining("run '" + options.run() + "'")
                .hasMessageContaining("job " + job.getJobID())
                .hasMessageContaining("cancel that job first");

        broker.publish(topics, endless.chunk(3));
        awaitArrivals(options, 3);
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
        job.cancel().get();
    }

    @Test
    void ofTwoJobsOfARunThatPassTheCheckTogetherTheSecondEnds() throws Exception {
        JobOptions options = options();
        JobClient job = submit(options);
        awaitArrivals(options, 2);

        JobClient second = submit(options);

        await().atMost(LONG).until(() -> second.getJobStatus().get() == JobStatus.FAILED);
        assertThatThrownBy(() -> second.getJobExecutionResult().get())
                .hasStackTraceContaining("is being worked on by job " + job.getJobID());
        broker.publish(topics, endless.chunk(3));
        awaitArrivals(options, 3);
        job.cancel().get();
    }

    @Test
    void aRunWhoseJobIsCancelledCanBeStartedAgainAtOnce() throws Exception {
        JobOptions options = options();
        JobClient job = submit(options);
        awaitArrivals(options, 2);
        job.cancel().get();
        await().atMost(LONG).until(() -> job.getJobStatus().get() == JobStatus.CANCELED);

        AlmaflowJob.check(options);

        assertThat(folder.resolve("storage/runs").resolve(options.run()).resolve("lease"))
                .doesNotExist();
    }
}
