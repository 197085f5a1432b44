package org.almaflow.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.almaflow.cluster.ClusterSettings;
import org.almaflow.cluster.FlinkRest;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.tests.AlmaProcess;
import org.almaflow.tests.TestingPoints;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Flink home as {@code deploy/flink/install} leaves it, and an image has it: its lib runs an
 * experiment, with the configuration of deploy/flink. (What application mode starts with is in no
 * library, so that it is a session here.)
 */
class InstalledFlinkIT {
    private static final Path DEPLOY = Path.of("../deploy/flink");
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /** What Flink's own distribution has not: all of ours and what comes with it. */
    private static final List<String> NOT_OF_FLINK =
            List.of(
                    "almaflow",
                    "nd4j",
                    "deeplearning4j",
                    "openblas",
                    "javacpp",
                    "guava-1.0.0-M",
                    "jackson-",
                    "protobuf",
                    "snakeyaml-2",
                    "commons-io",
                    "commons-lang3",
                    "commons-math3",
                    "kafka",
                    "avro",
                    "flink-avro",
                    "flink-connector-kafka",
                    "flink-metrics-prometheus",
                    "log4j-layout",
                    "scala",
                    "picocli",
                    "batik",
                    "xchart");

    @TempDir Path folder;
    private Path home;
    private EmbeddedKafka kafka;
    private TestingFlinkHome flink;

    @BeforeEach
    void install() throws Exception {
        home = folder.resolve("flink");
        Files.createDirectories(home.resolve("lib"));
        try (Stream<Path> jars = Files.list(AlmaProcess.home().resolve("lib"))) {
            for (Path jar : jars.toList()) {
                String name = jar.getFileName().toString();
                if (NOT_OF_FLINK.stream().noneMatch(name::startsWith)) {
                    Files.createSymbolicLink(home.resolve("lib").resolve(name), jar);
                }
            }
        }
        Process install =
                new ProcessBuilder(
                                "bash",
                                DEPLOY.resolve("install").toString(),
                                home.toString(),
                                AlmaProcess.home().toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(install.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(install.waitFor()).as(said).isZero();
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), OptionalInt.empty());
        flink = new TestingFlinkHome(home, folder.resolve("logs"));
    }

    @AfterEach
    void end() {
        if (flink != null) {
            flink.kill();
            kafka.close();
        }
    }

    @Test
    void whatIsInstalledTrains() throws Exception {
        String experiment = TestingPoints.experiment(folder).toString();
        String[] to = {"--kafka", kafka.bootstrapServers()};
        alma("topics", "create", to);
        alma("produce", experiment, to);
        int rpc = ClusterSettings.freePort();
        int web = ClusterSettings.freePort();
        URI address = URI.create("http://127.0.0.1:" + web);
        flink.jobManager(rpc, web);
        FlinkRest rest = new FlinkRest(address);
        await().atMost(LONGEST).until(rest::answers);
        flink.taskManager(rpc);
        alma(
                "submit",
                experiment,
                to[0],
                to[1],
                "--flink",
                address.toString(),
                "--storage",
                folder.resolve("storage").toUri().toString());

        AlmaProcess watched =
                AlmaProcess.run(
                        folder, "watch", "--json", "--max", "27", "--timeout", "3m", to[0], to[1]);
        assertThat(watched.out().lines()).as(flink.log()).hasSize(27);
        for (String line : Files.readAllLines(flink.logFile("taskmanager"))) {
            if (line.startsWith("{")) {
                assertThat(new ObjectMapper().readTree(line).has("log.level")).isTrue();
            }
        }
        assertThat(Files.readAllLines(flink.logFile("taskmanager")))
                .anyMatch(line -> line.startsWith("{"));
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
