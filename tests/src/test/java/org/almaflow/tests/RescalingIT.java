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
 * TaskManagers share learners and members, as docs/operations.md says: they move to TaskManagers
 * that are added and away from one that is lost, and no result changes.
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
    private String submit(String... more) throws Exception {
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
            "engine-threads=1"
        };
        String said = alma(Stream.of(begin, more).flatMap(Stream::of).toArray(String[]::new));
        return said.substring(said.lastIndexOf("job ") + "job ".length()).strip();
    }

    /** Running subtasks of the Trains of a name, by TaskManager. */
    private Map<String, Integer> placement(String job, String train) {
        Map<String, Integer> placement = new TreeMap<>();
        for (JsonNode vertex : cluster().flink().get("/jobs/" + job).path("vertices")) {
            if (vertex.path("name").asText().contains(train)) {
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

    private void awaitPlacement(String job, String train, Map<String, Integer> wanted) {
        await().atMost(LONGEST)
                .untilAsserted(() -> assertThat(placement(job, train)).isEqualTo(wanted));
    }

    /** Publishes the first chunk only: the second one would come in an hour. */
    private void produceTheFirst() throws Exception {
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
                        cluster().kafka()));
        alma(watch("--until-arrival", "1"));
        producer.kill();
    }

    private String[] watch(String... more) {
        String[] begin = {"watch", "--json", "--timeout", "3m", "--kafka", cluster().kafka()};
        return Stream.of(begin, more).flatMap(Stream::of).toArray(String[]::new);
    }

    /** Publishes the rest, and compares the job's figures with those of one process. */
    private void assertEndsAsTheDemo(String job) throws Exception {
        alma("produce", experiment.toString(), "--kafka", cluster().kafka());
        String watched = alma(watch("--max", "27"));
        await().atMost(LONGEST)
                .until(() -> cluster().flink().state(job).equals(Optional.of("FINISHED")));
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

    /** The learners of the experiment that the README submits, on a small stream. */
    @Test
    void learnersShareTheTaskManagersAndGoOnInTheOneThatIsLeft() throws Exception {
        experiment = TestingPoints.learnersOf(folder, "mnist-waiting.yaml");
        alma(up(2));
        alma("topics", "create", "--kafka", cluster().kafka());
        String job = submit();
        await().atMost(LONGEST)
                .untilAsserted(
                        () ->
                                assertThat(placement(job, "Train sm-").values())
                                        .containsExactlyInAnyOrder(1, 2));
        produceTheFirst();

        cluster().taskManager(2).kill();
        awaitPlacement(job, "Train sm-", Map.of("tm1", 3));
        assertEndsAsTheDemo(job);
    }

    @Test
    void membersMoveToTheTaskManagerThatIsAdded() throws Exception {
        experiment = TestingPoints.experiment(folder);
        Files.writeString(experiment, Files.readString(experiment).replace("k: 2", "k: 6"));
        alma(up(2));
        alma("topics", "create", "--kafka", cluster().kafka());
        String first = submit("-O", "member-parallelism=4");
        awaitPlacement(first, "Train ens", Map.of("tm1", 2, "tm2", 2));
        produceTheFirst();

        String stopped = alma("stop", "--run", "points-1", "--flink", flink());
        String savepoint = stopped.replaceAll("(?s).*savepoint (file:\\S+).*", "$1");
        assertThat(alma(up(3))).contains("taskmanager-3");
        String second = submit("-O", "member-parallelism=6", "--from", savepoint);
        awaitPlacement(second, "Train ens", Map.of("tm1", 2, "tm2", 2, "tm3", 2));
        assertEndsAsTheDemo(second);
    }
}
