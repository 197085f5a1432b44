package org.almaflow.producer.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A private folder beside the cached files, so that a checked file moves into place in one step of
 * the file system. Deleted with everything in it on close; what a killed process left is swept away
 * a day later.
 */
record TempFolder(Path path) implements AutoCloseable {
    private static final String PREFIX = ".fetch-";
    private static final Duration STALE = Duration.ofDays(1);

    static TempFolder in(Path folder) throws IOException {
        Files.createDirectories(folder);
        sweep(folder);
        return new TempFolder(Files.createTempDirectory(folder, PREFIX));
    }

    private static void sweep(Path folder) throws IOException {
        Instant stale = Instant.now().minus(STALE);
        try (var old = Files.newDirectoryStream(folder, PREFIX + "*")) {
            for (Path path : old) {
                if (Files.getLastModifiedTime(path).toInstant().isBefore(stale)) {
                    new TempFolder(path).close();
                }
            }
        } catch (NoSuchFileException e) {
            // Another fetch sweeps the same folder at this moment: it is clean either way.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        List<Path> contents;
        try (Stream<Path> walk = Files.walk(path)) {
            contents = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path content : contents) {
            Files.deleteIfExists(content);
        }
    }
}
