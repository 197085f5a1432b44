package org.almaflow.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.observer.MetricSubscriber;
import org.almaflow.pipeline.AlmaflowJob;
import org.almaflow.pipeline.JobOption;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.restore.RestorePlan;
import org.almaflow.pipeline.store.RunStore;
import org.apache.flink.util.FlinkException;

/**
 * The run that an output folder holds. While it is not complete, the working folder has what it
 * takes to go on: its id, its experiment with what options changed, and the broker's topics;
 * checkpoints and chunk files lie in the storage. Once it ends, its experiment lies beside the
 * results as {@code experiment.yaml}. Closing removes the working folder, unless the run is to be
 * resumed.
 */
final class FolderRun implements AutoCloseable {
    private static final String EXPERIMENT = "experiment.yaml";
    private static final String RUN = "run";

    private final OutFolder out;
    private final String experiment;
    private final String id;
    private final boolean resumable;
    private final boolean goesOn;

    private FolderRun(
            OutFolder out, String experiment, String id, boolean resumable, boolean goesOn) {
        this.out = out;
        this.experiment = experiment;
        this.id = id;
        this.resumable = resumable;
        this.goesOn = goesOn;
    }

    /** Begins run {@code id}; what an earlier run in the folder needed to go on is removed. */
    static FolderRun begin(OutFolder out, ExperimentFile file, String id, boolean resumable) {
        OutFolder.remove(out.work());
        try {
            Files.createDirectories(out.work());
            Files.writeString(out.work().resolve(EXPERIMENT), file.text());
            Files.writeString(out.work().resolve(RUN), id);
        } catch (IOException e) {
            throw new FailureException("cannot write to " + out.work(), e);
        }
        return new FolderRun(out, file.text(), id, resumable, false);
    }

    /**
     * The run that is in the folder, complete or interrupted; begins run {@code id} where neither
     * is.
     *
     * @throws UsageException when it is of another experiment
     */
    static FolderRun resume(OutFolder out, ExperimentFile file, String id) {
        Path run = out.work().resolve(RUN);
        try {
            if (Files.exists(run)) {
                requireSame(out, out.work(), file);
                return new FolderRun(out, file.text(), Files.readString(run), true, true);
            }
            if (out.files().complete()) {
                requireSame(out, out.folder(), file);
                return new FolderRun(out, file.text(), id, true, false);
            }
            return begin(out, file, id, true);
        } catch (IOException e) {
            throw new FailureException("cannot read " + out.folder(), e);
        }
    }

    private static void requireSame(OutFolder out, Path folder, ExperimentFile file)
            throws IOException {
        Path before = folder.resolve(EXPERIMENT);
        if (!Files.exists(before) || !Files.readString(before).equals(file.text())) {
            throw new UsageException(
                    "--resume: %s, with its options, is not what ran in %s (see %s); give the same, or another --out"
                            .formatted(file.name(), out.folder(), before));
        }
    }

    /** Id of the run. */
    String id() {
        return id;
    }

    /** Whether an earlier process began it. */
    boolean goesOn() {
        return goesOn;
    }

    /** Whether the folder has all results, so that there is nothing to do. */
    boolean complete() {
        return out.files().complete() && !Files.exists(out.work());
    }

    /** Whether the folder is to keep what it takes to go on when this process ends. */
    boolean stays() {
        return resumable && !out.files().complete();
    }

    /** Where to read events from: what an earlier process published counts as well. */
    MetricSubscriber.Start events() {
        return goesOn ? MetricSubscriber.Start.BEGINNING : MetricSubscriber.Start.NOW;
    }

    /**
     * How its job starts: from the newest checkpoint, if there is one.
     *
     * @throws FailureException when that cannot be read
     */
    RestorePlan plan(Experiment learners, JobOptions job) {
        if (!goesOn) {
            return RestorePlan.FRESH;
        }
        try {
            Optional<String> last = new RunStore(job.storage(), id).lastCheckpoint();
            return last.isEmpty()
                    ? RestorePlan.FRESH
                    : AlmaflowJob.plan(learners, job.with(JobOption.FROM, last.get()));
        } catch (IOException | FlinkException e) {
            throw new FailureException(
                    "--resume: %s; remove %s to begin anew"
                            .formatted(RootCause.sentence(e), out.folder()),
                    e);
        }
    }

    /** Puts the experiment beside the results. */
    void recordExperiment() {
        out.files().put(EXPERIMENT, experiment.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        if (!stays()) {
            OutFolder.remove(out.work());
        }
    }
}
