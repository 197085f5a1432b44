package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessClientTest {
    @TempDir Path temp;

    @Test
    void runsInTheFolder() throws Exception {
        run(Duration.ofSeconds(30), "echo there > here");

        assertThat(temp.resolve("here")).hasContent("there\n");
    }

    @Test
    void saysSoWhenTheProgramIsNotInstalled() {
        assertThatThrownBy(
                        () ->
                                new ProcessClient(Duration.ofSeconds(30))
                                        .run(temp, List.of("no-such-client-here", "pack")))
                .isInstanceOf(IOException.class)
                .hasMessage("no-such-client-here is not installed or cannot be started");
    }

    @Test
    void givesTheReasonAProgramGives() {
        assertThatThrownBy(
                        () ->
                                run(
                                        Duration.ofSeconds(30),
                                        "echo npm notice; echo npm error code E404 >&2;"
                                                + " echo npm error 404 not there >&2; exit 3"))
                .isInstanceOf(IOException.class)
                .hasMessage("sh ended with code 3: code E404 / 404 not there");
        assertThatThrownBy(() -> run(Duration.ofSeconds(30), "echo first; echo last; exit 1"))
                .hasMessage("sh ended with code 1: last");
        assertThatThrownBy(() -> run(Duration.ofSeconds(30), "exit 1"))
                .hasMessage("sh ended with code 1: it said nothing");
    }

    @Test
    void endsAProgramThatTakesTooLong() {
        assertThatThrownBy(() -> run(Duration.ofMillis(200), "sleep 600"))
                .isInstanceOf(IOException.class)
                .hasMessage("sh took longer than 0.200 s");
    }

    @Test
    void endsAProgramAndItsChildrenWhenInterrupted() throws Exception {
        Path pid = temp.resolve("pid");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        String script = "sleep 600 & echo $! > p; mv p pid; wait";
        Thread waiting =
                new Thread(
                        () ->
                                thrown.set(
                                        catchThrowable(() -> run(Duration.ofMinutes(10), script))));
        waiting.start();
        await().until(() -> Files.exists(pid));
        long child = Long.parseLong(Files.readString(pid).strip());
        assertThat(commandOf(child)).isPresent();

        waiting.interrupt();
        waiting.join();

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        await().until(() -> commandOf(child).isEmpty());
    }

    /** Empty for a process that has ended, also when nobody has asked for its exit code. */
    private static Optional<String> commandOf(long pid) {
        return ProcessHandle.of(pid).flatMap(process -> process.info().commandLine());
    }

    private void run(Duration timeout, String script) throws IOException, InterruptedException {
        new ProcessClient(timeout).run(temp, List.of("sh", "-c", script));
    }
}
