package org.almaflow.pipeline.store;

import java.io.IOException;
import java.net.URI;
import org.apache.flink.core.fs.Path;

/** Reads what {@link ModelStore} wrote, wherever that is. */
public final class ModelFiles {
    private ModelFiles() {}

    /**
     * The bytes of a model file.
     *
     * @param path as {@link ModelStore} gave it
     * @throws IOException when it is not there or not the file that was stored; the message is one
     *     sentence
     */
    public static byte[] read(String path, String sha256) throws IOException {
        byte[] bytes;
        try {
            bytes = StoreFiles.read(new Path(URI.create(path)));
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(
                    "model file %s cannot be read (%s)".formatted(path, e.getMessage()), e);
        }
        String found = StoreFiles.hex(StoreFiles.sha256().digest(bytes));
        if (!found.equals(sha256)) {
            throw new IOException(
                    "model file %s has SHA-256 %s, not %s".formatted(path, found, sha256));
        }
        return bytes;
    }
}
