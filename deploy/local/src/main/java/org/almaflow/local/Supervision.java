package org.almaflow.local;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.almaflow.cluster.ClusterException;
import org.almaflow.cluster.FlinkRest;

/**
 * Follows the job of a run until it ends. A JobManager that comes back from a crash knows no job:
 * then the run goes on with its last checkpoint. A cluster that does not answer is waited for.
 */
final class Supervision {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final long POLL_MILLIS = 500;

    private final RunJob run;
    private final FlinkRest cluster;
    private final Consumer<String> say;
    private long answeredAt = System.nanoTime();

    /** When the job that is missing was seen last. */
    private long knownAt = System.nanoTime();

    Supervision(RunJob run, FlinkRest cluster, Consumer<String> say) {
        this.run = run;
        this.cluster = cluster;
        this.say = say;
    }

    /** Returns the exit status, 0, when the job has finished. */
    int follow(String first) {
        Optional<String> job = Optional.of(first);
        while (job.isPresent()) {
            Pause.of(POLL_MILLIS, "following the job");
            job = next(job.get());
        }
        say.accept("finished");
        return 0;
    }

    /** The job to follow from now on; empty when the run is over. */
    private Optional<String> next(String job) {
        try {
            Optional<String> state = cluster.state(job);
            answeredAt = System.nanoTime();
            if (state.isPresent()) {
                knownAt = answeredAt;
                return known(job, state.get());
            }
            return lost(job);
        } catch (ClusterException e) {
            if (System.nanoTime() - answeredAt > PATIENCE.toNanos()) {
                throw new FailureException(
                        "gave up after %d min: %s; when it is mended, go on with --run %s --from last"
                                .formatted(
                                        PATIENCE.toMinutes(), e.getMessage(), run.options().run()),
                        e);
            }
            return Optional.of(job);
        }
    }

    private Optional<String> known(String job, String state) {
        if (state.equals("FAILED") || state.equals("CANCELED")) {
            throw new FailureException(
                    "job %s is %s; see its exceptions in Flink's web page, and go on with --run %s --from last"
                            .formatted(job, state, run.options().run()));
        }
        return state.equals("FINISHED") ? Optional.empty() : Optional.of(job);
    }

    /** An earlier attempt may have got through though its answer did not. */
    private Optional<String> lost(String job) {
        if (run.done()) {
            return Optional.empty();
        }
        Optional<String> other = run.active();
        if (other.isPresent()) {
            return other;
        }
        say.accept("the cluster has lost the job");
        try {
            return Optional.of(run.resubmit());
        } catch (ClusterException e) {
            // The TaskManagers of the lost job may still hold the run for some seconds.
            if (System.nanoTime() - knownAt > PATIENCE.toNanos()) {
                throw e;
            }
            say.accept(e.getMessage());
            return Optional.of(job);
        }
    }
}
