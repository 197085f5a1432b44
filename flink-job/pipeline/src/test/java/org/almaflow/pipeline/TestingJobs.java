package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.pipeline.restore.RestorePlan;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Topics;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.awaitility.Awaitility;

/** Starts, stops and watches jobs as a person does with {@link AlmaflowJob#main}. */
final class TestingJobs {
    static final Duration LONG = Duration.ofMinutes(2);

    private TestingJobs() {}

    /** Starts as {@link AlmaflowJob#main} does, from a savepoint if the options name one. */
    static JobClient submit(JobOptions options) throws Exception {
        Experiment experiment = TestingExperiments.read(options);
        AlmaflowJob.check(options);
        RestorePlan plan = AlmaflowJob.plan(experiment, options);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        AlmaflowJob.define(env, experiment, options, plan);
        return env.executeAsync(AlmaflowJob.name(experiment, options));
    }

    /** Runs to the end, which the job must find by itself. */
    static void run(JobOptions options) throws Exception {
        finish(submit(options));
    }

    /** Waits for the end; fails with its cause when that is not FINISHED. */
    static void finish(JobClient job) throws Exception {
        var unused = job.getJobExecutionResult().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    /** Waits until {@code reached} opens; a job that ends before fails with its cause. */
    static void await(CountDownLatch reached, JobClient job) throws Exception {
        Awaitility.await()
                .atMost(LONG)
                .until(
                        () ->
                                reached.getCount() == 0
                                        || job.getJobStatus().get().isGloballyTerminalState());
        if (reached.getCount() > 0) {
            finish(job);
            throw new AssertionError("the job has ended before it was there");
        }
    }

    /** Waits until the job has ended so. */
    static void awaitStatus(JobStatus status, JobClient job) {
        Awaitility.await()
                .atMost(LONG)
                .until(() -> job.getJobStatus().get().isGloballyTerminalState());
        assertThat(job.getJobStatus()).succeedsWithin(LONG).isEqualTo(status);
    }

    /** Stops with a savepoint; returns its path. */
    static String stop(JobClient job, Path folder) throws Exception {
        String path =
                job.stopWithSavepoint(
                                false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
                        .get(LONG.toSeconds(), TimeUnit.SECONDS);
        awaitStatus(JobStatus.FINISHED, job);
        return path;
    }

    /** Path of the newest checkpoint of a run, under a folder of local files. */
    static Path newestCheckpoint(Path storage, String run) {
        Path checkpoints = storage.resolve("runs").resolve(run).resolve("checkpoints");
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.filter(f -> f.endsWith("_metadata"))
                    .map(Path::getParent)
                    .max((a, b) -> Long.compare(number(a), number(b)))
                    .orElse(checkpoints.resolve("chk-0"));
        } catch (IOException | UncheckedIOException e) {
            return checkpoints.resolve("chk-0"); // one was deleted meanwhile
        }
    }

    static long number(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
    }

    /** Holds from when a checkpoint was completed after the first time it was asked. */
    static BooleanSupplier newCheckpointSinceFirstCall(Path storage, String run) {
        long[] first = {-1};
        return () -> {
            synchronized (first) {
                long newest = number(newestCheckpoint(storage, run));
                if (first[0] < 0) {
                    first[0] = newest;
                }
                return newest > first[0];
            }
        };
    }

    /** Without what differs from run to run; as texts: records with the same NaN are not equal. */
    static List<String> timeless(List<EvaluationEvent> events) {
        return events.stream()
                .map(
                        e ->
                                EvaluationEvent.newBuilder(e)
                                        .setRun("")
                                        .setTrainSeconds(0)
                                        .setArrivedAt(Instant.EPOCH)
                                        .setAvailableAt(Instant.EPOCH)
                                        .build()
                                        .toString())
                .toList();
    }

    static List<DecisionEvent> undated(List<DecisionEvent> events) {
        return events.stream()
                .map(e -> DecisionEvent.newBuilder(e).setRun("").setAt(Instant.EPOCH).build())
                .toList();
    }

    static List<EvaluationEvent> evaluations(TestingBroker broker, Topics of, String learner) {
        return broker.read(of.evaluations(), EvaluationEvent.class).stream()
                .filter(e -> e.getLearner().equals(learner))
                .toList();
    }

    static List<DecisionEvent> decisions(TestingBroker broker, Topics of, String learner) {
        return broker.read(of.decisions(), DecisionEvent.class).stream()
                .filter(e -> e.getLearner().equals(learner))
                .toList();
    }

    static MiniClusterExtension cluster() {
        return new MiniClusterExtension(
                new MiniClusterResourceConfiguration.Builder()
                        .setNumberTaskManagers(1)
                        .setNumberSlotsPerTaskManager(4)
                        .build());
    }
}
