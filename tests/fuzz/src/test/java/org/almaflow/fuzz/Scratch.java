package org.almaflow.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a reader under test opens: one folder a JVM, every file written over the last one. */
public final class Scratch {
    private static final Path FOLDER = folder();

    private Scratch() {}

    public static Path write(String name, byte[] content) throws IOException {
        return Files.write(FOLDER.resolve(name), content);
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("alma-fuzz");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder)));
            return folder;
        } catch (IOException e) {
            throw new IllegalStateException("no folder for temporary files", e);
        }
    }

    private static void remove(Path folder) {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new IllegalStateException("cannot remove " + folder, e);
        }
    }
}
