package org.almaflow.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Topics;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;

/** The whole job on a MiniCluster: starts it, and what it published without the times. */
final class TestingJobs {
    /** When to give up waiting for a job. */
    static final Duration LONG = Duration.ofMinutes(2);

    private TestingJobs() {}

    static MiniClusterExtension cluster() {
        return new MiniClusterExtension(
                new MiniClusterResourceConfiguration.Builder()
                        .setNumberTaskManagers(1)
                        .setNumberSlotsPerTaskManager(4)
                        .build());
    }

    static JobClient submit(JobOptions options) throws Exception {
        Experiment experiment = TestingExperiments.read(options);
        AlmaflowJob.check(options);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        AlmaflowJob.define(env, experiment, options);
        return env.executeAsync(AlmaflowJob.name(experiment, options));
    }

    /** Runs to the end, which the job must find by itself; one that failed has no result. */
    static void run(JobOptions options) throws Exception {
        submit(options).getJobExecutionResult().get(LONG.toSeconds(), TimeUnit.SECONDS);
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

    /** As texts: records with the same NaN are not equal. */
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

    /** Holds from when a checkpoint was completed after the first time it was asked. */
    static BooleanSupplier newCheckpointSinceFirstCall(Path storage, String run) {
        Path checkpoints = storage.resolve("runs").resolve(run).resolve("checkpoints");
        long[] first = {-1};
        return () -> {
            synchronized (first) {
                long newest = newestCheckpoint(checkpoints);
                if (first[0] < 0) {
                    first[0] = newest;
                }
                return newest > first[0];
            }
        };
    }

    private static long newestCheckpoint(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.endsWith("_metadata"))
                    .map(f -> f.getParent().getFileName().toString())
                    .mapToLong(name -> Long.parseLong(name.substring("chk-".length())))
                    .max()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0; // a checkpoint was deleted meanwhile
        }
    }
}
