package org.almaflow.tests.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The disk of the storage, which can be full for a while. Where this process may mount, it is a
 * small file system in memory of its own, which is filled to the last byte; elsewhere a file takes
 * the place of the folder of chunks, so that nothing in it can be read or written.
 */
final class Disk implements AutoCloseable {
    private static final String SIZE = "size=384m";

    private final Path storage;
    private final boolean mounted;

    private Disk(Path storage, boolean mounted) {
        this.storage = storage;
        this.mounted = mounted;
    }

    /** Prepares a folder, before anything is in it; closing it removes what is there. */
    static Disk at(Path storage) throws IOException {
        Files.createDirectories(storage);
        return new Disk(
                storage, succeeds("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", storage.toString()));
    }

    /** What {@link #fill} does. */
    String describe() {
        return mounted ? "full disk" : "unusable ChunkStore";
    }

    void fill() throws IOException {
        if (!mounted) {
            Files.move(storage.resolve("chunks"), storage.resolve("chunks.away"));
            Files.createFile(storage.resolve("chunks"));
            return;
        }
        byte[] block = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(storage.resolve("ballast"))) {
            for (int size = block.length; size > 0; ) {
                size = wrote(out, block, size) ? size : size / 2;
            }
        }
    }

    private static boolean wrote(OutputStream out, byte[] block, int size) {
        try {
            out.write(block, 0, size);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Gives the room back. */
    void free() throws IOException {
        if (mounted) {
            Files.deleteIfExists(storage.resolve("ballast"));
        } else {
            Files.delete(storage.resolve("chunks"));
            Files.move(storage.resolve("chunks.away"), storage.resolve("chunks"));
        }
    }

    private static boolean succeeds(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (mounted && !succeeds("umount", storage.toString())) {
            succeeds("umount", "--lazy", storage.toString());
        }
    }
}
