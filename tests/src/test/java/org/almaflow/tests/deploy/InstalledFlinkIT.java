package org.almaflow.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.almaflow.cluster.ClusterSettings;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.pipeline.AlmaflowJob;
import org.almaflow.tests.AlmaProcess;
import org.almaflow.tests.TestingPoints;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Flink home as {@code deploy/flink/install} leaves it, and an image has it: its lib runs an
 * experiment, with the configuration of deploy/flink, for a session and for one job alone.
 */
class InstalledFlinkIT {
    private static final Path DEPLOY = Path.of("../deploy/flink");
    private static final Duration LONGEST = Duration.ofMinutes(5);

    @TempDir Path folder;
    private EmbeddedKafka kafka;
    private TestingFlinkHome flink;

    @BeforeEach
    void install() throws Exception {
        flink = TestingFlinkHome.installed(folder);
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), OptionalInt.empty());
    }

    @AfterEach
    void end() {
        if (flink != null) {
            flink.kill();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void whatIsInstalledTrains() throws Exception {
        String experiment = TestingPoints.experiment(folder).toString();
        String[] to = {"--kafka", kafka.bootstrapServers()};
        alma("topics", "create", to);
        alma("produce", experiment, to);
        URI address = flink.session();
        alma(
                "submit",
                experiment,
                to[0],
                to[1],
                "--flink",
                address.toString(),
                "--storage",
                folder.resolve("storage").toUri().toString());

        assertEvaluated();
        for (String line : Files.readAllLines(flink.logFile("taskmanager"))) {
            if (line.startsWith("{")) {
                assertThat(new ObjectMapper().readTree(line).has("log.level")).isTrue();
            }
        }
        assertThat(Files.readAllLines(flink.logFile("taskmanager")))
                .anyMatch(line -> line.startsWith("{"));
    }

    /** The command of docs/operations.md, by what Flink's script starts. */
    @Test
    void oneJobAloneEndsWithItsCluster() throws Exception {
        Path experiment = TestingPoints.experiment(folder);
        alma("topics", "create", "--kafka", kafka.bootstrapServers());
        alma("produce", experiment.toString(), "--kafka", kafka.bootstrapServers());
        int rpc = ClusterSettings.freePort();
        int web = ClusterSettings.freePort();
        Process manager =
                flink.application(
                        rpc,
                        web,
                        AlmaflowJob.class,
                        List.of(
                                "--experiment",
                                experiment.toUri().toString(),
                                "--bootstrap-servers",
                                kafka.bootstrapServers(),
                                "--storage",
                                folder.resolve("storage").toUri().toString(),
                                "--run",
                                "points-1"));
        flink.taskManager(rpc);
        assertEvaluated();
        assertThat(manager.waitFor(LONGEST.toMinutes(), TimeUnit.MINUTES)).isTrue();
        assertThat(manager.exitValue()).as(flink.log()).isZero();
    }

    private void assertEvaluated() throws Exception {
        AlmaProcess watched =
                AlmaProcess.run(
                        folder,
                        "watch",
                        "--json",
                        "--max",
                        "27",
                        "--timeout",
                        "3m",
                        "--kafka",
                        kafka.bootstrapServers());
        assertThat(watched.out().lines()).as(watched.err() + flink.log()).hasSize(27);
    }

    private void alma(String command, String argument, String... more) throws Exception {
        String[] all =
                Stream.concat(Stream.of(command, argument), Stream.of(more)).toArray(String[]::new);
        AlmaProcess run = AlmaProcess.run(folder, all);
        assertThat(run.status()).as(run.err()).isZero();
    }

    @Test
    void withoutABuildItSaysSo() throws IOException, InterruptedException {
        Process install =
                new ProcessBuilder(
                                "bash",
                                DEPLOY.resolve("install").toString(),
                                folder.resolve("none").toString(),
                                folder.toString())
                        .start();
        assertThat(new String(install.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "install: there is no build in %s; make one with ./mvnw package%n"
                                .formatted(folder));
        assertThat(install.waitFor()).isOne();
    }
}
