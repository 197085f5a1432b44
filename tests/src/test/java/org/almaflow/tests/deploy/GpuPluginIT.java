package org.almaflow.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.almaflow.cluster.FlinkRest;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.tests.AlmaProcess;
import org.almaflow.tests.TestingPoints;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Flink's own GPU plugin with a discovery script that finds devices 3 and 7, deploy/flink's
 * settings for it, and an engine that needs no GPU to say which one it was given.
 */
class GpuPluginIT {
    private static final Duration LONGEST = Duration.ofMinutes(4);
    private static final Pattern OPENED =
            Pattern.compile("Train (\\w+) \\((\\d)/\\d\\)#0 is on device (\\d+)");

    @TempDir Path folder;
    private Path experiment;
    private EmbeddedKafka kafka;
    private TestingFlinkHome flink;
    private FlinkRest rest;
    private URI web;

    @BeforeEach
    void start() throws Exception {
        experiment = TestingPoints.experiment(folder);
        Files.writeString(
                experiment,
                Files.readString(experiment).replace("seed: 3", "seed: 3\nengine: testing-gpu"));
        flink = TestingFlinkHome.installed(folder);
        flink.installGpus(2, "3,7");
        TestingGpuEngineProvider.writeJar(flink.home().resolve("lib/testing-gpu.jar"));
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), OptionalInt.empty());
        web = flink.session();
        rest = new FlinkRest(web);
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

    private String alma(String... args) throws Exception {
        AlmaProcess run = AlmaProcess.run(folder, args);
        assertThat(run.status()).as(run.err() + flink.log()).isZero();
        return run.out();
    }

    private String onTopics(String prefix, String... args) throws Exception {
        String[] where = {"--kafka", kafka.bootstrapServers(), "--topic-prefix", prefix};
        return alma(Stream.of(args, where).flatMap(Stream::of).toArray(String[]::new));
    }

    /** Returns the id of the job. */
    private String submit(String run) throws Exception {
        onTopics(run, "topics", "create");
        String said =
                onTopics(
                        run,
                        "submit",
                        experiment.toString(),
                        "--run",
                        run,
                        "--flink",
                        web.toString(),
                        "--storage",
                        folder.resolve("storage").toUri().toString(),
                        "-O",
                        "gpu=true");
        return said.substring(said.lastIndexOf("job ") + "job ".length()).strip();
    }

    /** Those that any task of a job is in. */
    private Set<String> states(String job) {
        Set<String> states = new TreeSet<>();
        for (JsonNode vertex : rest.get("/jobs/" + job).path("vertices")) {
            for (Map.Entry<String, JsonNode> state : vertex.path("tasks").properties()) {
                if (state.getValue().asInt() > 0) {
                    states.add(state.getKey());
                }
            }
        }
        return states;
    }

    private void finishes(String run, String job) throws Exception {
        onTopics(run, "produce", experiment.toString());
        await().atMost(LONGEST).until(() -> rest.state(job).equals(Optional.of("FINISHED")));
        assertThat(onTopics(run, "watch", "--json", "--max", "27", "--timeout", "1m").lines())
                .hasSize(27);
    }

    /** Train, subtask and device of every engine that was opened. */
    private List<List<String>> opened() throws IOException {
        return OPENED.matcher(Files.readString(flink.logFile("taskmanager")))
                .results()
                .map(GpuPluginIT::groups)
                .toList();
    }

    private static List<String> groups(MatchResult found) {
        return List.of(found.group(1), found.group(2), found.group(3));
    }

    @Test
    void twoTrainersHaveTwoDevicesAndFurtherOnesQueue() throws Exception {
        String first = submit("first");
        await().atMost(LONGEST)
                .untilAsserted(
                        () -> assertThat(states(first)).as(flink.log()).containsOnly("RUNNING"));
        assertThat(rest.free("gpu")).isZero();

        // Four trainers: those of one slot share its device, and so its queue.
        List<List<String>> engines = opened();
        assertThat(engines).hasSize(4);
        Set<String> ofTheEnsemble =
                engines.stream()
                        .filter(e -> e.get(0).equals("ens"))
                        .map(e -> e.get(2))
                        .collect(Collectors.toSet());
        assertThat(ofTheEnsemble).containsExactlyInAnyOrder("3", "7");

        // A job for which no GPU is left waits for those of the first.
        String second = submit("second");
        await().atMost(LONGEST).until(() -> states(second).contains("SCHEDULED"));
        assertThat(states(second)).doesNotContain("RUNNING");
        finishes("first", first);
        await().atMost(LONGEST)
                .untilAsserted(
                        () -> assertThat(states(second)).as(flink.log()).containsOnly("RUNNING"));
        assertThat(opened()).hasSize(8);
        finishes("second", second);
        assertThat(rest.free("gpu")).isEqualTo(2);
    }
}
