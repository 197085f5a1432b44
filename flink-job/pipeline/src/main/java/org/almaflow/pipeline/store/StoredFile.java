package org.almaflow.pipeline.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * A file of the stores.
 *
 * @param place its path below the root, with slashes
 * @param modified epoch milliseconds
 */
record StoredFile(Path path, String place, long bytes, long modified) {
    /** All files below {@code folder}; none when it is not there. */
    static List<StoredFile> below(Path folder, String place) throws IOException {
        List<StoredFile> found = new ArrayList<>();
        FileSystem files = folder.getFileSystem();
        for (FileStatus status : list(files, folder)) {
            String name = place + "/" + status.getPath().getName();
            if (status.isDir()) {
                found.addAll(below(status.getPath(), name));
            } else {
                found.add(
                        new StoredFile(
                                status.getPath(),
                                name,
                                status.getLen(),
                                status.getModificationTime()));
            }
        }
        return found;
    }

    /** A folder may go while one looks. */
    private static FileStatus[] list(FileSystem files, Path folder) throws IOException {
        try {
            FileStatus[] found = files.exists(folder) ? files.listStatus(folder) : null;
            return found == null ? new FileStatus[0] : found;
        } catch (FileNotFoundException e) {
            return new FileStatus[0];
        }
    }

    String name() {
        return path.getName();
    }
}
