package org.almaflow.pipeline.metrics;

import static org.almaflow.pipeline.metrics.MetricLevel.LEARNER;
import static org.almaflow.pipeline.metrics.MetricLevel.MEMBER;
import static org.almaflow.pipeline.metrics.MetricLevel.PREDICTOR;
import static org.almaflow.pipeline.metrics.MetricLevel.STREAM;

/**
 * Every metric of the jobs, declared once: operators register by it, and docs/metrics.md is
 * generated from it. Labels are never part of a name.
 */
public enum JobMetric {
    ARRIVALS(STREAM, Kind.COUNTER, "arrivals", "Chunks that have arrived; the holdout is one."),
    DEAD_LETTERS(STREAM, Kind.COUNTER, "deadLetters", "Slices and chunks that could not be used."),
    DUPLICATE_SLICES(
            STREAM, Kind.COUNTER, "duplicateSlices", "Slices that came again with equal content."),
    SKIPPED_RECORDS(
            STREAM,
            Kind.COUNTER,
            "skippedRecords",
            "Records of other streams or of chunks that have arrived."),
    ASSEMBLE_NANOS(STREAM, Kind.COUNTER, "assembleNanos", "Nanoseconds spent in AssembleChunks."),

    BUFFERED_CHUNKS(
            LEARNER,
            Kind.GAUGE,
            "bufferedChunks",
            "Wait depth: chunks that no session has been opened for; 0 after a restart until the"
                    + " next arrival, where Wait decides."),
    WAIT_NANOS(LEARNER, Kind.COUNTER, "waitNanos", "Nanoseconds spent in Wait."),
    STEPS(LEARNER, Kind.COUNTER, "steps", "Steps of a Train subtask: mini-batches, files read."),
    STEPS_PER_SECOND(LEARNER, Kind.RATE, "stepsPerSecond", "Steps a second, over a minute."),
    STEP_NANOS(LEARNER, Kind.COUNTER, "stepNanos", "Nanoseconds spent in steps."),
    SNAPSHOT_NANOS(
            LEARNER,
            Kind.COUNTER,
            "snapshotNanos",
            "Nanoseconds that checkpoints held a Train subtask up."),
    QUEUED_DIRECTIVES(
            LEARNER,
            Kind.GAUGE,
            "queuedDirectives",
            "Directives and arrivals that a Train subtask has not done: its lag in arrivals."),
    TRAINING_QUEUE(
            LEARNER,
            Kind.GAUGE,
            "trainingQueue",
            "Subtasks of this run and TaskManager that wait for their turn to train."),
    NATIVE_BYTES(
            LEARNER,
            Kind.GAUGE,
            "nativeBytes",
            "Bytes outside the heap that arrays of all engines of the TaskManager hold; the same"
                    + " from each of its subtasks."),
    NATIVE_LIMIT_BYTES(
            LEARNER,
            Kind.GAUGE,
            "nativeLimitBytes",
            "What option --native-memory allows them; 0: no limit."),
    ARRIVAL(LEARNER, Kind.GAUGE, "arrival", "Newest arrival that is evaluated."),
    ERROR(
            LEARNER,
            Kind.GAUGE,
            "error",
            "Share of the holdout that the predictor gets wrong; NaN of a stream of text."),
    CROSS_ENTROPY(
            LEARNER,
            Kind.GAUGE,
            "crossEntropy",
            "Of a stream of text: nats a token of the holdout; NaN of others."),
    PERPLEXITY(
            LEARNER,
            Kind.GAUGE,
            "perplexity",
            "Of a stream of text: the exponential of the cross-entropy; NaN of others."),
    CUMULATIVE_ERROR(
            LEARNER,
            Kind.GAUGE,
            "cumulativeError",
            "Sum over arrivals of the error, or of the cross-entropy of a stream of text."),
    TRAINING_LAG_SECONDS(
            LEARNER,
            Kind.GAUGE,
            "trainingLagSeconds",
            "Seconds from the newest evaluated arrival to its predictor."),
    SNAPSHOT_VERSION(
            LEARNER, Kind.GAUGE, "snapshotVersion", "Arrival of the newest snapshot; 0: none."),
    SNAPSHOT_AGE_SECONDS(
            LEARNER,
            Kind.GAUGE,
            "snapshotAgeSeconds",
            "Seconds since the newest snapshot was stored; -1: there is none."),
    COMBINE_NANOS(LEARNER, Kind.COUNTER, "combineNanos", "Nanoseconds spent in Combine."),

    SESSIONS(MEMBER, Kind.COUNTER, "sessions", "Sessions opened."),
    TRAINING(MEMBER, Kind.GAUGE, "training", "1 in a session, else 0."),
    EPOCHS(MEMBER, Kind.COUNTER, "epochs", "Epochs finished."),
    EXAMPLES(MEMBER, Kind.COUNTER, "examples", "Training examples passed."),
    EXAMPLES_PER_SECOND(
            MEMBER, Kind.RATE, "examplesPerSecond", "Training examples a second, over a minute."),
    TRAIN_FORWARD_MACS(
            MEMBER,
            Kind.COUNTER,
            "trainForwardMacs",
            "Forward multiply-accumulates of training examples."),
    TOTAL_MACS(
            MEMBER,
            Kind.COUNTER,
            "totalMacs",
            "Multiply-accumulates: forward, backward, validation, growth."),
    MACS_PER_SECOND(MEMBER, Kind.RATE, "macsPerSecond", "totalMacs a second, over a minute."),
    PEAK_MEMORY_BYTES(
            MEMBER,
            Kind.GAUGE,
            "peakMemoryBytes",
            "Most bytes that the newest session has held; 0 before the first."),

    ANSWERS(PREDICTOR, Kind.COUNTER, "answers", "Requests that were answered."),
    BUNDLES(PREDICTOR, Kind.COUNTER, "bundles", "Transactions that answers were committed in."),
    RESIDENT_MODELS(PREDICTOR, Kind.GAUGE, "residentModels", "Models that are loaded.");

    /** How a metric behaves; counters begin at 0 with each attempt of a task. */
    public enum Kind {
        /** Grows by what happens. */
        COUNTER,
        /** Is as it is now. */
        GAUGE,
        /** A counter's increase a second. */
        RATE
    }

    /** What Flink's Prometheus reporter puts before the metrics of an operator. */
    private static final String PREFIX = "flink_taskmanager_job_task_operator_";

    private final MetricLevel level;
    private final Kind kind;
    private final String key;
    private final String description;

    JobMetric(MetricLevel level, Kind kind, String key, String description) {
        this.level = level;
        this.kind = kind;
        this.key = key;
        this.description = description;
    }

    /** What it is counted for. */
    public MetricLevel level() {
        return level;
    }

    /** How it behaves. */
    public Kind kind() {
        return kind;
    }

    /** Name in Flink, without labels. */
    public String key() {
        return key;
    }

    /** One sentence for a person. */
    public String description() {
        return description;
    }

    /** Name as Flink's Prometheus reporter writes it. */
    public String prometheusName() {
        StringBuilder name = new StringBuilder(PREFIX);
        level.labels().forEach(label -> name.append(label).append('_'));
        return name.append(key).toString();
    }
}
