package org.almaflow.pipeline.store;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * The retained checkpoints of a run and the savepoints below its folder, as a job of the run sees
 * them: {@code ROOT/runs/RUN/checkpoints/JOB/chk-ID} and {@code ROOT/runs/RUN/savepoints}.
 */
public final class Checkpoints {
    private static final Pattern ID = Pattern.compile("chk-(\\d+)");

    private final Path run;
    private final Path models;
    private final String job;
    private final FileNames names = new FileNames();
    private final RunFiles others = new RunFiles(names);

    /**
     * @param job id of the job that asks
     */
    public Checkpoints(URI root, String run, String job) {
        this.run = new Path(new Path(root), "runs/" + run);
        this.models = new Path(new Path(root), "models/" + run);
        this.job = job;
    }

    /** Id of this job's oldest checkpoint that is still there; {@link Long#MAX_VALUE} for none. */
    public long oldest() throws IOException {
        long oldest = Long.MAX_VALUE;
        for (Path checkpoint : children(new Path(run, "checkpoints/" + job))) {
            Matcher id = ID.matcher(checkpoint.getName());
            if (id.matches()) {
                oldest = Math.min(oldest, Long.parseLong(id.group(1)));
            }
        }
        return oldest;
    }

    /**
     * Deletes a model file of this run, unless a savepoint or a checkpoint of an earlier job names
     * it, or it was written again.
     *
     * @param since epoch milliseconds: a file that is younger has come into use again
     * @return whether nothing is left to do; false to ask again later
     */
    public boolean delete(String model, long since) throws IOException {
        Path path = new Path(URI.create(model));
        FileSystem files = path.getFileSystem();
        boolean ours = path.toString().startsWith(models + "/");
        if (!ours
                || !files.exists(path)
                || files.getFileStatus(path).getModificationTime() > since) {
            return true;
        }
        readOthers();
        if (names.contains(sum(path.getName()))) {
            return false;
        }
        files.delete(path, false);
        return true;
    }

    /** What was read once does not change and is not read again. */
    private void readOthers() throws IOException {
        others.read(new Path(run, "savepoints"));
        for (Path one : children(new Path(run, "checkpoints"))) {
            if (!one.getName().equals(job)) {
                others.read(one);
            }
        }
    }

    private static String sum(String name) {
        int end = name.indexOf('.', name.lastIndexOf('-'));
        return name.substring(name.lastIndexOf('-') + 1, end < 0 ? name.length() : end);
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        FileSystem files = folder.getFileSystem();
        if (files.exists(folder)) {
            for (FileStatus status : files.listStatus(folder)) {
                children.add(status.getPath());
            }
        }
        return children;
    }
}
