package org.almaflow.pipeline.store;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.flink.core.fs.Path;

/**
 * What a run leaves behind: {@code ROOT/runs/RUN/done/LEARNER} once a learner has evaluated the
 * last chunk and a checkpoint that contains this is complete. A run whose learners are all done is
 * never worked on again.
 */
public final class RunStore {
    private final Path folder;

    public RunStore(URI root, String run) {
        folder = new Path(new Path(root), "runs/" + run);
    }

    /** Folder for the run's checkpoints, as Flink's configuration writes paths. */
    public String checkpoints() {
        return new Path(folder, "checkpoints").toString();
    }

    /** Folder for the run's savepoints, where retention and gc look for what they name. */
    public String savepoints() {
        return new Path(folder, "savepoints").toString();
    }

    /** Records that a learner is done. */
    public void markDone(String learner) throws IOException {
        Path done = done(learner);
        Abandonable.call(
                () -> {
                    StoreFiles.store(done, new byte[0]);
                    return done;
                });
    }

    /** Forgets that a learner is done, because it begins anew. */
    public void unmarkDone(String learner) throws IOException {
        folder.getFileSystem().delete(done(learner), false);
    }

    /** Whether all {@code learners} are done. */
    public boolean allDone(List<String> learners) throws IOException {
        for (String learner : learners) {
            if (!folder.getFileSystem().exists(done(learner))) {
                return false;
            }
        }
        return true;
    }

    private Path done(String learner) {
        return new Path(folder, "done/" + StoreFiles.element(learner));
    }
}
