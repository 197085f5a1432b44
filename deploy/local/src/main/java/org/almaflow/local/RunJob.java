package org.almaflow.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.almaflow.cluster.FlinkRest;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.pipeline.AlmaflowJob;
import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.store.RunStore;

/**
 * The job of one run on a cluster. A run has one job at a time, and a job that is not its first
 * goes on with a checkpoint: whatever else would publish the same events again.
 *
 * @param jar the job's
 * @param say takes lines for the user
 */
record RunJob(
        FlinkRest cluster,
        Path jar,
        Experiment experiment,
        JobOptions options,
        Consumer<String> say) {
    /** What to write for the newest checkpoint. */
    static final String LAST = "last";

    /**
     * Starts the job; returns its id.
     *
     * @param from {@link #LAST}, a URI, or empty for a run that begins
     */
    String submit(Optional<String> from) {
        active().ifPresent(
                        job -> {
                            throw new UsageException(
                                    "run %s has job %s, which has not ended; cancel it first, or choose another id with --run"
                                            .formatted(options.run(), job));
                        });
        Optional<String> last = lastCheckpoint();
        if (from.isEmpty() && last.isPresent()) {
            throw new UsageException(
                    "run %s has a checkpoint, %s; add --from last to go on with it, or choose another id with --run"
                            .formatted(options.run(), last.get()));
        }
        return start(options, from.filter(LAST::equals).isPresent() ? last : from);
    }

    /** Starts the job again from the last checkpoint; from the beginning when there is none. */
    String resubmit() {
        return start(options.with(JobOption.RESTART_LEARNER, ""), lastCheckpoint());
    }

    /** The job itself reads the checkpoint, and says what of it a changed experiment keeps. */
    private String start(JobOptions with, Optional<String> checkpoint) {
        JobOptions from = with.with(JobOption.FROM, checkpoint.orElse(""));
        String uploaded = cluster.upload(jar);
        say.accept("uploaded %s".formatted(jar.getFileName()));
        say.accept("run %s".formatted(options.run()));
        say.accept(
                checkpoint.isPresent()
                        ? "from %s".formatted(checkpoint.get())
                        : "from the beginning of the stream");
        try {
            String job = cluster.run(uploaded, AlmaflowJob.class.getName(), List.of(from.toArgs()));
            say.accept("job %s".formatted(job));
            return job;
        } finally {
            // The job has a copy; the cluster would keep every upload for ever.
            cluster.delete(uploaded);
        }
    }

    /** The run's job, when the cluster has one that has not ended. */
    Optional<String> active() {
        return cluster.activeJob(AlmaflowJob.name(experiment, options));
    }

    /** Whether every learner has evaluated the last chunk, and all of it is committed. */
    boolean done() {
        try {
            return options.bounded()
                    && store().allDone(
                                    experiment.learners().stream().map(LearnerSpec::id).toList());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Optional<String> lastCheckpoint() {
        try {
            return store().lastCheckpoint();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private RunStore store() {
        return new RunStore(options.storage(), options.run());
    }

    private FailureException unreadable(IOException e) {
        return new FailureException(
                "storage %s cannot be read (%s); run this where it can be"
                        .formatted(options.storage(), e.getMessage()),
                e);
    }
}
