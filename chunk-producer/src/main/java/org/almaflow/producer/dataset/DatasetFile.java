package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One unpacked file of a known data set.
 *
 * @param size bytes
 * @param sha256 lower-case hex
 */
public record DatasetFile(String name, long size, String sha256) {
    /**
     * Checks size and sum of a file on disk.
     *
     * @throws IOException when it differs or cannot be read; one sentence with both values
     */
    void check(Path file) throws IOException {
        checkSize(Files.size(file));
        checkSum(Sha256.of(file));
    }

    /** Reads and checks in one go: what is returned is what was checked. */
    byte[] read(Path folder) throws IOException {
        Path file = folder.resolve(name);
        checkSize(Files.size(file));
        byte[] content = Files.readAllBytes(file);
        checkSum(Sha256.of(content));
        return content;
    }

    private void checkSize(long found) throws IOException {
        if (found != size) {
            throw new IOException("%s: expected %,d bytes, found %,d".formatted(name, size, found));
        }
    }

    private void checkSum(String found) throws IOException {
        if (!found.equals(sha256)) {
            throw new IOException(
                    "%s: expected SHA-256 %s, found %s".formatted(name, sha256, found));
        }
    }
}
