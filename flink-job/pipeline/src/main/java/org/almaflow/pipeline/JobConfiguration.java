package org.almaflow.pipeline;

import java.time.Duration;
import org.almaflow.pipeline.restore.RestorePlan;
import org.almaflow.pipeline.store.RunStore;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.CheckpointingMode;

/** What Flink is told about the job as a whole. */
public final class JobConfiguration {
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);
    private static final Duration MEMORY_OF_FAILURES = Duration.ofHours(1);

    private JobConfiguration() {}

    static Configuration of(JobOptions options, RestorePlan plan) {
        Configuration flink = new Configuration();
        flink.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
        flink.set(PipelineOptions.GENERIC_TYPES, false);
        flink.set(PipelineOptions.OBJECT_REUSE, true);
        // Records are few and each is waited for. Besides, a flushing thread a subtask, ten times a
        // second, takes a fifth of two cores from the trainers of a sweep.
        flink.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
        checkpoints(flink, options);
        restarts(flink, options.restartAttempts(), options.restartDelay());
        if (!plan.savepoint().isEmpty()) {
            flink.set(StateRecoveryOptions.SAVEPOINT_PATH, plan.savepoint());
            // The plan has said what is dropped.
            flink.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
        }
        return flink;
    }

    private static void checkpoints(Configuration flink, JobOptions options) {
        RunStore runs = new RunStore(options.storage(), options.run());
        flink.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, options.checkpointInterval());
        flink.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, options.checkpointTimeout());
        flink.set(
                CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE,
                CheckpointingMode.EXACTLY_ONCE);
        flink.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, runs.checkpoints());
        flink.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, runs.savepoints());
        flink.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        flink.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
    }

    /** Counts failures within an hour, so that a job that fails again and again ends. */
    public static void restarts(Configuration flink, int attempts, Duration delay) {
        flink.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, delay);
        flink.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF,
                LONGEST_DELAY.compareTo(delay) > 0 ? LONGEST_DELAY : delay);
        flink.set(
                RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD,
                MEMORY_OF_FAILURES);
        flink.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, attempts);
    }
}
