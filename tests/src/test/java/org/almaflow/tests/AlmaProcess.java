package org.almaflow.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A finished call of the packaged command line, as a process of its own. */
public record AlmaProcess(int status, String out, String err) {
    /** Folder of alma.jar. */
    public static Path home() {
        return Path.of(System.getProperty("alma.home")).toAbsolutePath().normalize();
    }

    public static AlmaProcess run(Path folder, String... args)
            throws IOException, InterruptedException {
        return java(folder, List.of("-jar", home().resolve("alma.jar").toString()), args);
    }

    /** The command line in a JVM of other options, such as {@code -jar alma-torch.jar}. */
    static AlmaProcess java(Path folder, List<String> options, String... args)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-Xmx512m"));
        command.addAll(options);
        command.addAll(List.of(args));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        int status = process.waitFor();
        return new AlmaProcess(
                status,
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
