package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line in a process of its own; its owner closes it, which kills it. */
final class TestingProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path console;

    private TestingProcess(Process process, Path console) {
        this.process = process;
        this.console = console;
    }

    /**
     * Starts {@code alma ARGS}, which writes to file {@code console}. Ctrl-C ends it even where a
     * shell started the tests in the background and had them ignore it.
     */
    static TestingProcess start(Path console, String... args) throws IOException {
        return start(console, Map.of(), args);
    }

    /** The same, with variables in its environment. */
    static TestingProcess start(Path console, Map<String, String> environment, String... args)
            throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "env",
                                "--default-signal=INT",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Alma.class.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(console.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new TestingProcess(process, console);
    }

    /** What it has written so far. */
    String console() {
        try {
            return Files.readString(console);
        } catch (IOException e) {
            throw new AssertionError("no console", e);
        }
    }

    void awaitLine(String text) {
        await().atMost(PATIENCE).until(() -> console().contains(text) || !process.isAlive());
        assertThat(console()).contains(text);
    }

    /** Waits until it ends; returns its exit status. */
    int end() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Kills it at once. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        end();
    }

    /** Sends a signal such as INT. */
    void signal(String name) throws IOException, InterruptedException {
        int sent =
                new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor();
        assertThat(sent).isZero();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
