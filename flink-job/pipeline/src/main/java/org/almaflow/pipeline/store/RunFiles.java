package org.almaflow.pipeline.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.core.fs.Path;

/**
 * What the files of runs and savepoints refer to. A running job replaces its checkpoints while one
 * reads: it is read until every file of the last listing was read. A newer checkpoint refers to
 * nothing that an older one does not refer to, but to files that are younger than both.
 */
final class RunFiles {
    private static final int PATIENCE = 20;

    private final FileNames names;
    private final Set<Path> read = new HashSet<>();

    RunFiles(FileNames names) {
        this.names = names;
    }

    /**
     * Reads every file below {@code folder}.
     *
     * @throws IOException also when the folder changes faster than it can be read
     */
    void read(Path folder) throws IOException {
        for (int attempt = 0; attempt < PATIENCE; attempt++) {
            if (readOnce(StoredFile.below(folder, ""))) {
                return;
            }
        }
        throw new IOException(
                "%s changes faster than it can be read; try again, or stop the job"
                        .formatted(folder));
    }

    private boolean readOnce(List<StoredFile> files) throws IOException {
        boolean all = true;
        for (StoredFile file : files) {
            if (isData(file) && !read.contains(file.path())) {
                all &= readFile(file.path());
            }
        }
        return all;
    }

    /** Staged slices refer to nothing, and there are many bytes of them. */
    private static boolean isData(StoredFile file) {
        return !file.name().endsWith(".slice") && !file.name().endsWith(".tmp");
    }

    private boolean readFile(Path path) throws IOException {
        try (InputStream in = path.getFileSystem().open(path)) {
            names.add(in);
            read.add(path);
            return true;
        } catch (FileNotFoundException e) {
            return false;
        }
    }
}
