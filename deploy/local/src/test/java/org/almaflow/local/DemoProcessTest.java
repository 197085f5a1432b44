package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Demos in processes of their own, ended by signals. */
class DemoProcessTest {
    @TempDir Path folder;
    private Path out;
    private final List<TestingProcess> started = new ArrayList<>();

    @BeforeEach
    void choosePlaces() {
        out = folder.resolve("out");
    }

    @AfterEach
    void endProcesses() {
        started.forEach(TestingProcess::close);
    }

    @Test
    void ctrlCWritesTheFilesForWhatThereIs() throws Exception {
        TestingProcess demo = demo(300, "1s");
        demo.awaitLine("arrival 2/300");
        demo.signal("INT");
        assertThat(demo.end()).isEqualTo(130);
        assertThat(demo.console())
                .contains("stopping", "written to", "the files hold what there was");
        JsonNode summary = new ObjectMapper().readTree(out.resolve("summary.json").toFile());
        assertThat(summary.get("complete").asBoolean()).isFalse();
        assertThat(summary.get("arrivals").asLong()).isBetween(2L, 299L);
        assertThat(out.resolve(".alma-work")).doesNotExist();
    }

    @Test
    void answersQuestionsWhileItLearns() throws Exception {
        TestingProcess demo = demo(300, "1s");
        demo.awaitLine("arrival 2/300");
        Matcher broker = Pattern.compile("Kafka (\\S+)").matcher(demo.console());
        assertThat(broker.find()).isTrue();
        Path rows = Files.writeString(folder.resolve("rows.csv"), "height,weight\n-2,-2\n");

        // The predictor is a job of its own, and hears of a snapshot somewhat later.
        AlmaRun run =
                await().atMost(Duration.ofMinutes(2))
                        .until(
                                () ->
                                        AlmaRun.of(
                                                "predict",
                                                "--learner=w1",
                                                rows.toString(),
                                                "--kafka=" + broker.group(1),
                                                "--timeout=1m"),
                                answer -> !answer.err().contains("no model has been published"));

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).containsPattern("small .* w1 version \\d+,");
        demo.signal("INT");
        assertThat(demo.end()).isEqualTo(130);
    }

    @Test
    void showsItselfOnAPageThatAnswersQuestionsToo() throws Exception {
        TestingProcess demo = demo(300, "1s");
        demo.awaitLine("arrival 2/300");
        Matcher page =
                Pattern.compile("dashboard (http://127.0.0.1:\\d+/)\\?run=(\\S+)")
                        .matcher(demo.console());
        assertThat(page.find()).isTrue();
        try (BufferedReader events =
                new BufferedReader(
                        new InputStreamReader(
                                URI.create(page.group(1) + "events?run=" + page.group(2))
                                        .toURL()
                                        .openStream(),
                                StandardCharsets.UTF_8))) {
            String line = events.readLine();
            while (!line.contains("\"learners\":[{")) {
                line = events.readLine();
            }
            assertThat(line).contains("\"experiment\":\"people\"", "\"w1\"", "\"error\":[");
        }
        HttpResponse<String> answer = ask(page.group(1), "{\"inputs\": [[-2, -2]]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"class\":\"small\"", "\"version\":");
        assertThat(ask(page.group(1), "{\"inputs\": [[1, 2, 3]]}").statusCode()).isEqualTo(422);
        demo.signal("INT");
        assertThat(demo.end()).isEqualTo(130);
    }

    /** A predictor may still start when the first arrivals are over. */
    private static HttpResponse<String> ask(String address, String question) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address + "predict"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(question))
                        .build();
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        for (int more = 0; more < 6 && answer.statusCode() == 504; more++) {
            answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        }
        return answer;
    }

    @Test
    void aKilledDemoRunsAgainInTheSameFolder() throws Exception {
        TestingProcess killed = demo(300, "1s");
        killed.awaitLine("arrival 2/300");
        killed.kill();
        assertThat(out.resolve(".alma-work")).exists();
        TestingProcess again = demo(3, "10ms");
        assertThat(again.end()).isZero();
        assertThat(again.console()).contains("3 of 3 arrivals");
        assertThat(out.resolve(".alma-work")).doesNotExist();
    }

    @Test
    void twoDemosRunAtOnceButNotInOneFolder() throws Exception {
        TestingProcess first = demo(300, "1s");
        first.awaitLine("arrival 1/300");
        Path file = TestingExperiment.write(folder, 3, "10ms");
        AlmaRun refused =
                AlmaRun.of("demo", "--experiment", file.toString(), "--out", out.toString());
        assertThat(refused.err()).contains("another demo writes to " + out);
        AlmaRun second =
                AlmaRun.of(
                        "demo",
                        "--experiment",
                        file.toString(),
                        "--out",
                        folder.resolve("second").toString());
        assertThat(second.status()).isZero();
        assertThat(first.isAlive()).isTrue();
    }

    private TestingProcess demo(int chunks, String interval) throws IOException {
        Path file = TestingExperiment.write(folder, chunks, interval);
        TestingProcess process =
                TestingProcess.start(
                        folder.resolve("console.txt"),
                        "demo",
                        "--experiment",
                        file.toString(),
                        "--out",
                        out.toString());
        started.add(process);
        return process;
    }
}
