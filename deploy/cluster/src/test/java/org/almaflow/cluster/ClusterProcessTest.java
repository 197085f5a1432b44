package org.almaflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterProcessTest {
    @TempDir Path temporary;
    private Path folder;
    private ClusterProcess process;

    @BeforeEach
    void make() {
        folder = temporary.toAbsolutePath();
        process = new ClusterProcess(folder, "sleeper");
    }

    @AfterEach
    void end() {
        process.kill();
    }

    private void start() {
        process.start(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.almaflow.cluster.TestingSleeper",
                        "a \"quoted\" word",
                        "two"));
    }

    @Test
    void runsUntilItIsKilled() {
        assertThat(process.alive()).isFalse();
        start();
        await().untilAsserted(
                        () ->
                                assertThat(Files.readString(process.log()))
                                        .contains("waits, a \"quoted\" word and two"));
        assertThat(process.alive()).isTrue();
        assertThat(new ClusterProcess(folder, "sleeper").pid()).isEqualTo(process.pid());
        assertThatThrownBy(this::start).hasMessageContaining("sleeper runs already");
        process.kill();
        assertThat(process.alive()).isFalse();
        assertThatThrownBy(process::pid).hasMessage("sleeper does not run");
    }

    @Test
    void suspendsAndStops() {
        start();
        process.suspend();
        await().untilAsserted(() -> assertThat(state()).isEqualTo("T"));
        assertThat(process.alive()).isTrue();
        process.stop(30);
        assertThat(process.alive()).isFalse();
    }

    private String state() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[0];
    }

    /** The system gives numbers again: a file of an earlier life must not name a victim. */
    @Test
    void neverSignalsAProcessThatIsNotItsOwn() throws IOException {
        long own = ProcessHandle.current().pid();
        Files.writeString(folder.resolve("sleeper.pid"), Long.toString(own));
        assertThat(process.alive()).isFalse();
        process.stop(1);
        process.kill();
        assertThat(ProcessHandle.current().isAlive()).isTrue();
    }
}
