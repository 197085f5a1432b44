package org.almaflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterSettingsTest {
    @TempDir Path folder;

    @Test
    void areReadAsTheyWereWritten() throws IOException {
        assertThat(ClusterSettings.read(folder)).isEmpty();
        ClusterSettings settings = ClusterSettings.onFreePorts(folder, 3, 4);
        settings.write();
        assertThat(ClusterSettings.read(settings.folder())).contains(settings);
        ClusterSettings more = new ClusterSettings(settings.folder(), 1, 2, 3, 4, 5, 1024);
        more.write();
        assertThat(ClusterSettings.read(settings.folder())).contains(more);
        Path file = folder.resolve("cluster.properties");
        Files.writeString(file, Files.readString(file).replaceAll("native-memory.*\\R", ""));
        assertThat(ClusterSettings.read(settings.folder()).orElseThrow().nativeMemory())
                .as("of a cluster that had no choice")
                .isEqualTo(512);
        Files.writeString(folder.resolve("cluster.properties"), "slots=many");
        assertThatThrownBy(() -> ClusterSettings.read(folder))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("cluster.properties cannot be read");
    }

    @Test
    void seesWhoListens() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(ClusterSettings.taken(socket.getLocalPort())).isTrue();
        }
        assertThat(ClusterSettings.taken(ClusterSettings.freePort())).isFalse();
    }

    @Test
    void theClustersClassPathHasTheEngineAndNotTheJob() throws IOException {
        Distribution distribution = new Distribution(folder);
        assertThatThrownBy(distribution::clusterClassPath)
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("build it");
        Files.createDirectory(folder.resolve("lib"));
        for (String jar :
                new String[] {
                    "flink-runtime-2.jar",
                    "almaflow-learning-1.jar",
                    "almaflow-pipeline-1.jar",
                    "kafka-clients-4.jar",
                    "avro-1.jar"
                }) {
            Files.createFile(folder.resolve("lib").resolve(jar));
        }
        assertThatThrownBy(distribution::clusterClassPath)
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("no folder of engine dl4j");
        Files.createDirectories(folder.resolve("engines/torch-cpu"));
        Files.createDirectories(folder.resolve("engines/dl4j-cpu"));
        assertThat(distribution.clusterClassPath())
                .contains("flink-runtime", "almaflow-learning", "engines/dl4j-cpu/*", "avro")
                .doesNotContain("almaflow-pipeline", "kafka-clients", "torch");
        assertThat(new Distribution(folder, "torch").clusterClassPath())
                .contains("engines/torch-cpu/*")
                .doesNotContain("dl4j");
    }
}
