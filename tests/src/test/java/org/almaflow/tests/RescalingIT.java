package org.almaflow.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.almaflow.cluster.ClusterProcess;
import org.almaflow.cluster.ClusterSettings;
import org.almaflow.cluster.Distribution;
import org.almaflow.cluster.LocalCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The procedure of docs/operations.md that adds a TaskManager, as it is written there: members
 * share the TaskManagers, move to those that come, and no result changes.
 */
class RescalingIT {
    private static final Duration LONGEST = Duration.ofMinutes(3);

    @TempDir Path folder;
    private Path experiment;
    private ClusterSettings settings;
    private ClusterProcess producer;

    @BeforeEach
    void write() throws Exception {
        settings = ClusterSettings.onFreePorts(folder.resolve("cluster"), 2, 2);
        producer = new ClusterProcess(settings.folder(), "producer");
        experiment = TestingPoints.experiment(folder);
        Files.writeString(experiment, Files.readString(experiment).replace("k: 2", "k: 6"));
    }

    @AfterEach
    void end() {
        producer.kill();
        cluster().processes().forEach(ClusterProcess::kill);
    }

    /** As it is now. */
    private LocalCluster cluster() {
        return new LocalCluster(
                ClusterSettings.read(settings.folder()).orElse(settings),
                new Distribution(AlmaProcess.home()));
    }

    private String alma(String... args) throws Exception {
        AlmaProcess run = AlmaProcess.run(folder, args);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        return run.out();
    }

    private String[] up(int taskManagers) {
        return new String[] {
            "cluster",
            "up",
            "--dir",
            settings.folder().toString(),
            "--kafka-port",
            Integer.toString(settings.kafkaPort()),
            "--web-port",
            Integer.toString(settings.webPort()),
            "--task-managers",
            Integer.toString(taskManagers)
        };
    }

    private String flink() {
        return "http://127.0.0.1:" + settings.webPort();
    }

    /** Returns the id of the job. */
    private String submit(int subtasks, String... more) throws Exception {
        String[] begin = {
            "submit",
            experiment.toString(),
            "--run",
            "points-1",
            "--kafka",
            cluster().kafka(),
            "--flink",
            flink(),
            "-O",
            "engine-threads=1",
            "-O",
            "member-parallelism=" + subtasks
        };
        String said = alma(Stream.of(begin, more).flatMap(Stream::of).toArray(String[]::new));
        return said.substring(said.lastIndexOf("job ") + "job ".length()).strip();
    }

    /** Running subtasks of the ensemble's Train, by TaskManager. */
    private Map<String, Integer> placement(String job) {
        Map<String, Integer> placement = new TreeMap<>();
        for (JsonNode vertex : cluster().flink().get("/jobs/" + job).path("vertices")) {
            if (vertex.path("name").asText().contains("Train ens")) {
                String path = "/jobs/%s/vertices/%s".formatted(job, vertex.path("id").asText());
                for (JsonNode subtask : cluster().flink().get(path).path("subtasks")) {
                    if (subtask.path("status").asText().equals("RUNNING")) {
                        placement.merge(subtask.path("taskmanager-id").asText(), 1, Integer::sum);
                    }
                }
            }
        }
        return placement;
    }

    private void awaitPlacement(String job, Map<String, Integer> wanted) {
        await().atMost(LONGEST).untilAsserted(() -> assertThat(placement(job)).isEqualTo(wanted));
    }

    @Test
    void membersMoveToTheTaskManagerThatIsAdded() throws Exception {
        alma(up(2));
        String kafka = cluster().kafka();
        alma("topics", "create", "--kafka", kafka);
        String first = submit(4);
        awaitPlacement(first, Map.of("tm1", 2, "tm2", 2));
        // The first chunk only: the second one would come in an hour.
        producer.start(
                List.of(
                        "-Xmx256m",
                        "-jar",
                        AlmaProcess.home().resolve("alma.jar").toString(),
                        "produce",
                        experiment.toString(),
                        "--interval",
                        "1h",
                        "--kafka",
                        kafka));
        alma("watch", "--json", "--until-arrival", "1", "--timeout", "3m", "--kafka", kafka);
        producer.kill();

        String stopped = alma("stop", "--run", "points-1", "--flink", flink());
        String savepoint = stopped.replaceAll("(?s).*savepoint (file:\\S+).*", "$1");
        assertThat(alma(up(3))).contains("taskmanager-3");
        String second = submit(6, "--from", savepoint);
        awaitPlacement(second, Map.of("tm1", 2, "tm2", 2, "tm3", 2));
        alma("produce", experiment.toString(), "--kafka", kafka);
        String watched =
                alma("watch", "--json", "--max", "27", "--timeout", "3m", "--kafka", kafka);
        await().atMost(LONGEST)
                .until(() -> cluster().flink().state(second).equals(Optional.of("FINISHED")));

        Path demo = folder.resolve("demo");
        alma(
                "demo",
                "--experiment",
                experiment.toString(),
                "--no-progress",
                "-O",
                "engine-threads=1",
                "--out",
                demo.toString());
        assertThat(EvaluationFigures.watched(watched))
                .hasSize(24)
                .isEqualTo(EvaluationFigures.ofDemo(demo));
    }
}
