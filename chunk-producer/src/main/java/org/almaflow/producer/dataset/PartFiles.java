package org.almaflow.producer.dataset;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Downloads that may be continued by a later run: one file an address, in one folder. Each has a
 * lock; who does not get it downloads into a folder of his own instead of waiting.
 *
 * @param folder created when needed
 */
record PartFiles(Path folder, Download download) {
    private static final int NAME = 16;

    /**
     * Downloads an address into {@code target}.
     *
     * @param target a file that is not there yet, in a folder of the caller's alone
     */
    void fetch(URI address, Path target, DatasetProgress progress)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        String name =
                Sha256.of(address.toString().getBytes(StandardCharsets.UTF_8)).substring(0, NAME);
        Path lockFile = folder.resolve(name + ".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            if (lock == null) {
                download.fetch(address, target, progress);
                return;
            }
            Path part = folder.resolve(name + ".part");
            download.fetch(address, part, progress);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Null when this process or another one holds it. */
    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }
}
