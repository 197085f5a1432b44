package org.almaflow.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.almaflow.cluster.ClusterProcess;
import org.almaflow.cluster.ClusterSettings;
import org.almaflow.cluster.Distribution;
import org.almaflow.cluster.LocalCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of processes as a user starts, uses and ends it. */
class LocalClusterIT {
    private static final long MEGABYTE = 1_000_000;
    private static final long LARGEST_JOB_JAR = 40 * MEGABYTE;

    @TempDir Path folder;

    @AfterEach
    void end() {
        ClusterSettings.read(cluster())
                .ifPresent(
                        s ->
                                new LocalCluster(s, new Distribution(AlmaProcess.home()))
                                        .processes()
                                        .forEach(ClusterProcess::kill));
    }

    private Path cluster() {
        return folder.resolve("cluster").toAbsolutePath();
    }

    @Test
    void fiveCommandsGiveWhatTheDemoGives() throws Exception {
        String file = TestingPoints.experiment(folder).toString();
        String kafkaPort = Integer.toString(ClusterSettings.freePort());
        String webPort = Integer.toString(ClusterSettings.freePort());
        String kafka = "127.0.0.1:" + kafkaPort;
        String flink = "http://127.0.0.1:" + webPort;
        String dir = cluster().toString();

        String[] up = {
            "cluster", "up", "--dir", dir, "--kafka-port", kafkaPort, "--web-port", webPort
        };
        assertThat(succeeds(up)).contains("Kafka " + kafka, "./alma submit", "taskmanager-2");
        succeeds("topics", "create", "--kafka", kafka);
        succeeds("submit", file, "--kafka", kafka, "--flink", flink);
        succeeds("produce", file, "--kafka", kafka);
        String watched =
                succeeds("watch", "--json", "--max", "27", "--timeout", "3m", "--kafka", kafka);

        Path demo = folder.resolve("demo");
        succeeds("demo", "--experiment", file, "--no-progress", "--out", demo.toString());
        assertThat(EvaluationFigures.watched(watched))
                .hasSize(24)
                .isEqualTo(EvaluationFigures.ofDemo(demo));

        String again = succeeds(up);
        assertThat(again).contains("taskmanager-2");
        String[] other = {"cluster", "up", "--dir", dir, "--slots", "5"};
        assertThat(AlmaProcess.run(folder, other).err()).contains("runs with other settings");
        assertThat(succeeds("cluster", "down", "--dir", dir)).contains("ended 4 processes");
        assertThat(AlmaProcess.run(folder, "cluster", "status", "--dir", dir).status()).isOne();
        assertThat(succeeds("cluster", "down", "--dir", dir)).contains("nothing was running");
    }

    private String succeeds(String... args) throws Exception {
        AlmaProcess run = AlmaProcess.run(folder, args);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        return run.out();
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            AlmaProcess run =
                    AlmaProcess.run(
                            folder,
                            "cluster",
                            "up",
                            "--dir",
                            cluster().toString(),
                            "--kafka-port",
                            port);
            assertThat(run.status()).isOne();
            assertThat(run.err())
                    .contains("port " + port + ", which Kafka would listen on, is taken")
                    .contains("--kafka-port")
                    .hasLineCount(1);
        }
    }

    @Test
    void theJobsJarIsSmallAndHasNoNativesOfTheEngine() throws IOException {
        Path jar = AlmaProcess.home().resolve("job/almaflow-job.jar");
        assertThat(jar).isRegularFile();
        assertThat(Files.size(jar)).isLessThanOrEqualTo(LARGEST_JOB_JAR);
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            Enumeration<? extends ZipEntry> entries = zip.entries();
            boolean pipeline = false;
            while (entries.hasMoreElements()) {
                String name = entries.nextElement().getName();
                pipeline |= name.startsWith("org/almaflow/pipeline/");
                assertThat(name)
                        .doesNotStartWith("org/nd4j")
                        .doesNotStartWith("org/bytedeco")
                        .doesNotStartWith("org/almaflow/learning")
                        .doesNotStartWith("org/apache/flink/runtime");
            }
            assertThat(pipeline).isTrue();
        }
    }
}
