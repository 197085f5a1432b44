package org.almaflow.observer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The Python of this machine: {@code $PYTHON}, or the system's. */
public final class TestingPython {
    public static final String COMMAND =
            Objects.requireNonNullElse(System.getenv("PYTHON"), "/usr/bin/python3");

    private TestingPython() {}

    /** Whether a statement succeeds. */
    public static boolean runs(String statement) throws InterruptedException {
        try {
            return new ProcessBuilder(COMMAND, "-c", statement)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** What a program prints; its errors too. */
    public static List<String> lines(String... programAndArguments) throws IOException {
        Process process =
                new ProcessBuilder(
                                Stream.concat(Stream.of(COMMAND), Stream.of(programAndArguments))
                                        .toList())
                        .redirectErrorStream(true)
                        .start();
        return process.inputReader(StandardCharsets.UTF_8).lines().toList();
    }
}
