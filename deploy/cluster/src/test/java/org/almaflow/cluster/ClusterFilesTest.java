package org.almaflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFilesTest {
    @TempDir Path folder;
    private ClusterFiles files;

    @BeforeEach
    void make() {
        ClusterSettings settings = ClusterSettings.onFreePorts(folder, 1, 2);
        files = new ClusterFiles(settings, new Distribution(folder));
    }

    private String written(String name) throws IOException {
        files.write();
        return Files.readString(folder.resolve("conf").resolve(name));
    }

    @Test
    void theUsersLinesComeLast() throws IOException {
        Files.writeString(
                folder.resolve("flink.yaml"),
                "# metrics\n\nmetrics.reporter.prom.port: 9249-9299\ntaskmanager.cpu.cores: 2.0\n");
        assertThat(written("config.yaml"))
                .contains("metrics.reporter.prom.port: 9249-9299\n", "taskmanager.cpu.cores: 2.0\n")
                .doesNotContain("taskmanager.cpu.cores: 1.0");
    }

    @Test
    void aLineThatIsNoneIsNamed() throws IOException {
        Files.writeString(folder.resolve("flink.yaml"), "metrics:\n");
        assertThatThrownBy(files::write)
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining(
                        "flink.yaml has the line 'metrics:'; write one key: value a line");
    }

    @Test
    void nativeMemoryIsWhatTheSettingsSay() throws IOException {
        assertThat(written("config.yaml"))
                .contains("taskmanager.memory.task.off-heap.size: 512m\n");
        ClusterSettings more = new ClusterSettings(folder, 1, 2, 3, 1, 2, 2048);
        files = new ClusterFiles(more, new Distribution(folder));
        assertThat(written("config.yaml"))
                .contains("taskmanager.memory.task.off-heap.size: 2048m\n");
    }

    @Test
    void logsAreThoseOfDeployFlink() throws IOException {
        assertThat(written("log4j2.properties"))
                .isEqualTo(Files.readString(Path.of("../flink/conf/log4j-console.properties")));
    }
}
