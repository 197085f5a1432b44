package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.almaflow.kafka.EmbeddedKafka;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole demos on a small table, with the real engine. */
class DemoTest {
    @TempDir Path folder;

    @Test
    void learnsAndWritesItsFiles() throws IOException {
        Path out = folder.resolve("out");
        AlmaRun run = demo(out, "--seed", "3");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("arrival 6/6", "people: 6 of 6 arrivals", "evaluations.csv");
        JsonNode summary = summary(out);
        assertThat(summary.get("complete").asBoolean()).isTrue();
        assertThat(summary.at("/learners")).hasSize(3);
        for (JsonNode learner : summary.at("/learners")) {
            assertThat(learner.get("arrivals").asLong()).isEqualTo(6);
            assertThat(learner.get("seed").asLong()).isEqualTo(3);
            assertThat(learner.get("finalError").asDouble()).isLessThan(0.2);
        }
        assertThat(summary.at("/learners/0/sessions").asLong()).isEqualTo(6);
        assertThat(summary.at("/learners/1/sessions").asLong()).isEqualTo(3);
        assertThat(Files.readAllLines(out.resolve("evaluations.csv"))).hasSize(1 + 3 * 6);
        assertThat(names(out))
                .containsExactlyInAnyOrder(
                        "summary.json",
                        "evaluations.csv",
                        "sessions.csv",
                        "decisions.csv",
                        "experiment.yaml",
                        "report",
                        "models",
                        "alma.log");
        assertThat(Files.readAllLines(out.resolve("decisions.csv"))).hasSize(1 + 3 * 6);
    }

    @Test
    void runsTwiceOnTheSameBroker() throws IOException {
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(folder.resolve("kafka"), OptionalInt.empty())) {
            String broker = kafka.bootstrapServers();
            AlmaRun first = demo(folder.resolve("first"), "--kafka", broker);
            AlmaRun second = demo(folder.resolve("second"), "--kafka", broker);
            assertThat(List.of(first.err(), second.err())).containsOnly("");
            JsonNode one = summary(folder.resolve("first"));
            JsonNode two = summary(folder.resolve("second"));
            assertThat(one.get("run")).isNotEqualTo(two.get("run"));
            for (String exact : List.of("id", "arrivals", "cer", "epochs", "totalMacs")) {
                assertThat(two.findValues(exact)).isEqualTo(one.findValues(exact));
            }
            watches(broker);
            reports(broker, one.get("run").asText());
            refusesOtherTopics(broker);
        }
    }

    private void reports(String broker, String run) throws IOException {
        Path out = folder.resolve("report");
        AlmaRun named =
                AlmaRun.of("report", "--kafka", broker, "--run", run, "--out", out.toString());
        assertThat(named.err()).isEmpty();
        // A topic has the learners in another order than the experiment.
        assertThat(Files.readAllLines(out.resolve("arrivals.csv")))
                .containsExactlyInAnyOrderElementsOf(
                        Files.readAllLines(folder.resolve("first/report/arrivals.csv")));
        AlmaRun files =
                AlmaRun.of(
                        "report",
                        "--from",
                        folder.resolve("first").toString(),
                        "--from",
                        folder.resolve("second").toString(),
                        "--out",
                        folder.resolve("both").toString());
        assertThat(files.out()).contains("both/index.html").doesNotContain("missing");
        assertThat(folder.resolve("both/arrivals.csv")).content().hasLineCount(1 + 2 * 3 * 6);
        CommandLineTest.assertFails(
                2,
                "--run: there is no run 'nobody'; there are ",
                "report",
                "--kafka",
                broker,
                "--run",
                "nobody",
                "--out",
                out.toString());
    }

    private static void watches(String broker) {
        AlmaRun table =
                AlmaRun.of(
                        "watch",
                        "evaluations",
                        "--from-beginning",
                        "--max",
                        "21",
                        "--kafka",
                        broker);
        assertThat(table.out().lines()).hasSize(1 + 21);
        AlmaRun json =
                AlmaRun.of(
                        "watch",
                        "sessions",
                        "snapshots",
                        "--from-beginning",
                        "--json",
                        "--learner",
                        "w5",
                        "--max",
                        "3",
                        "--timeout",
                        "1m",
                        "--kafka",
                        broker);
        assertThat(json.out().lines()).hasSize(3).allMatch(l -> l.contains("\"learner\":\"w5\""));
        AlmaRun now = AlmaRun.of("watch", "evaluations", "--timeout", "100ms", "--kafka", broker);
        assertThat(now.status()).isZero();
        assertThat(now.out()).isEmpty();
    }

    private static void refusesOtherTopics(String broker) {
        CommandLineTest.assertFails(
                1,
                "topic other.evaluations is missing",
                "watch",
                "evaluations",
                "--kafka",
                broker,
                "--topic-prefix",
                "other");
        CommandLineTest.assertFails(
                1, "is missing", "topics", "check", "--kafka", broker, "--topic-prefix", "other");
        assertThat(
                        AlmaRun.of("topics", "create", "--kafka", broker, "--topic-prefix", "other")
                                .out())
                .contains("other.evaluations");
        assertThat(
                        AlmaRun.of("topics", "check", "--kafka", broker, "--topic-prefix", "other")
                                .status())
                .isZero();
    }

    @Test
    void endsWithTheReasonWhenTheDataSetHasTooFewExamples() throws IOException {
        AlmaRun run = demo(folder.resolve("out"), "--chunks", "100000");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.errorLines()).hasSize(1);
        assertThat(run.err()).contains("100,000 chunks cannot be made of");
    }

    @Test
    void endsWithTheRootCauseWhenTheJobFails() throws IOException {
        AlmaRun run = demo(folder.resolve("out"), "--storage", "/proc/alma");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.errorLines()).hasSize(1);
        assertThat(run.err()).contains("/proc/alma");
        assertThat(names(folder.resolve("out")))
                .contains("summary.json")
                .doesNotContain(".alma-work");
    }

    private AlmaRun demo(Path out, String... more) throws IOException {
        Path file = TestingExperiment.write(folder, 6, "10ms");
        List<String> args =
                Stream.concat(
                                Stream.of(
                                        "demo",
                                        "--experiment",
                                        file.toString(),
                                        "--out",
                                        out.toString(),
                                        "--web-port",
                                        "0"),
                                Stream.of(more))
                        .toList();
        return AlmaRun.of(args.toArray(String[]::new));
    }

    private static JsonNode summary(Path out) throws IOException {
        return new ObjectMapper().readTree(out.resolve("summary.json").toFile());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }
}
