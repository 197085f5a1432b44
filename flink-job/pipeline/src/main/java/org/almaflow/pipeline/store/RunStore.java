package org.almaflow.pipeline.store;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * What a run leaves behind: {@code ROOT/runs/RUN/done/LEARNER} once a learner has evaluated the
 * last chunk and a checkpoint that contains this is complete, and {@code
 * ROOT/runs/RUN/engine-threads}, how many threads its engines compute with. A run whose learners
 * are all done is never worked on again.
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

    /**
     * URI of the newest complete checkpoint of the run, whichever of its jobs wrote it; empty when
     * there is none.
     */
    public Optional<String> lastCheckpoint() throws IOException {
        FileSystem files = folder.getFileSystem();
        FileStatus newest = null;
        for (FileStatus job : list(files, new Path(checkpoints()))) {
            for (FileStatus checkpoint : list(files, job.getPath())) {
                Path metadata = new Path(checkpoint.getPath(), "_metadata");
                if (files.exists(metadata)) {
                    FileStatus found = files.getFileStatus(metadata);
                    newest = newest == null || isNewer(found, newest) ? found : newest;
                }
            }
        }
        return Optional.ofNullable(newest).map(f -> f.getPath().getParent().toUri().toString());
    }

    private static FileStatus[] list(FileSystem files, Path folder) throws IOException {
        return files.exists(folder) ? files.listStatus(folder) : new FileStatus[0];
    }

    /** By time; a job that goes on with a checkpoint counts on from its number. */
    private static boolean isNewer(FileStatus one, FileStatus other) {
        return Comparator.comparingLong(FileStatus::getModificationTime)
                        .thenComparingLong(RunStore::number)
                        .compare(one, other)
                > 0;
    }

    /** Of a checkpoint whose folder is {@code chk-NUMBER}. */
    private static long number(FileStatus metadata) {
        String name = metadata.getPath().getParent().getName();
        return name.matches("chk-\\d{1,18}") ? Long.parseLong(name.substring(4)) : 0;
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

    /**
     * How many threads the run's engines compute with.
     *
     * @param first becomes the number of a run that has none yet
     */
    public int engineThreads(int first) throws IOException {
        return Abandonable.call(
                () -> {
                    if (!folder.getFileSystem().exists(threads())) {
                        writeEngineThreads(first);
                    }
                    return readEngineThreads();
                });
    }

    /** Says how many threads the run's engines compute with from now on. */
    public void setEngineThreads(int number) throws IOException {
        Abandonable.call(
                () -> {
                    if (!folder.getFileSystem().exists(threads())
                            || readEngineThreads() != number) {
                        writeEngineThreads(number);
                    }
                    return number;
                });
    }

    private int readEngineThreads() throws IOException {
        return Integer.parseInt(new String(StoreFiles.read(threads()), StandardCharsets.UTF_8));
    }

    private void writeEngineThreads(int number) throws IOException {
        byte[] text = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
        StoreFiles.replace(StoreFiles.writeTemporary(folder, out -> out.write(text)), threads());
    }

    private Path threads() {
        return new Path(folder, "engine-threads");
    }

    private Path done(String learner) {
        return new Path(folder, "done/" + StoreFiles.element(learner));
    }
}
