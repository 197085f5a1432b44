package org.almaflow.tests.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.almaflow.cluster.FlinkRest;
import org.almaflow.kafka.TestingSecureBroker;
import org.almaflow.tests.AlmaProcess;
import org.almaflow.tests.TestingPoints;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An experiment against a broker with TLS, SCRAM and the rights of k8s/base: every part gets its
 * client properties as a file, the job's with passwords written into it, and none of them is in a
 * log, in what Flink's web page shows, in an event or in the storage.
 */
class SecretsIT {
    private static final Duration LONGEST = Duration.ofMinutes(4);
    private static final String RUN = "mnist-secret";
    private static final String KEY_PASSWORD = "the-password-of-a-key";

    @TempDir Path folder;
    private TestingSecureBroker broker;
    private TestingFlinkHome flink;
    private FlinkRest rest;
    private URI web;
    private final List<String> shown = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        broker =
                new TestingSecureBroker(
                        Path.of("../k8s/base"), Files.createDirectories(folder.resolve("kafka")));
        flink = TestingFlinkHome.installed(folder);
        web = flink.session();
        rest = new FlinkRest(web);
    }

    @AfterEach
    void end() {
        if (flink != null) {
            flink.kill();
        }
        if (broker != null) {
            broker.close();
        }
    }

    /** Runs a command as a user of the broker, whose properties it gets as a file. */
    private void alma(String user, String... args) throws Exception {
        Map<String, Object> client = broker.client("almaflow-" + user);
        if (user.equals("job")) {
            Path jaas = folder.resolve("kafka/almaflow-job/sasl.jaas.config");
            client.put("sasl.jaas.config", Files.readString(jaas));
            client.put("ssl.key.password", KEY_PASSWORD);
        }
        Properties properties = new Properties();
        properties.putAll(client);
        Path file = folder.resolve(user + ".properties");
        try (Writer out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
        String[] where = {"--kafka-config", file.toString()};
        AlmaProcess run =
                AlmaProcess.run(
                        folder, Stream.of(args, where).flatMap(Stream::of).toArray(String[]::new));
        assertThat(run.status()).as(run.err() + flink.log()).isZero();
        shown.add(run.out());
        shown.add(run.err());
    }

    @Test
    void secretsStayWhereTheyAre() throws Exception {
        String experiment = TestingPoints.experiment(folder).toString();
        alma("producer", "produce", experiment);
        alma(
                "job",
                "submit",
                experiment,
                "--run",
                RUN,
                "--flink",
                web.toString(),
                "--storage",
                folder.resolve("storage").toUri().toString());
        String job = rest.get("/jobs").at("/jobs/0/id").asText();
        await().atMost(LONGEST).until(() -> rest.state(job).equals(Optional.of("FINISHED")));
        for (String topic : List.of("evaluations", "sessions", "decisions", "snapshots")) {
            alma("observer", "watch", topic, "--json", "--from-beginning", "--timeout", "2s");
        }
        assertThat(shown).anyMatch(text -> text.lines().count() == 27);

        List<String> everything = new ArrayList<>(shown);
        everything.addAll(pages(job));
        everything.addAll(contents(flink.logs()));
        everything.addAll(contents(folder.resolve("storage")));
        everything.addAll(contents(folder.resolve("kafka/data")));
        assertThat(everything).filteredOn(text -> text.contains(RUN)).hasSizeGreaterThan(10);
        for (String user : List.of("producer", "job", "observer")) {
            assertHidden(everything, TestingSecureBroker.password("almaflow-" + user));
        }
        assertHidden(everything, KEY_PASSWORD);
        assertHidden(everything, TestingSecureBroker.STORE_PASSWORD);
    }

    private static void assertHidden(List<String> everything, String secret) {
        assertThat(
                        everything.stream()
                                .filter(text -> text.contains(secret))
                                .map(t -> excerpt(t, secret)))
                .isEmpty();
    }

    private static String excerpt(String text, String secret) {
        int at = text.indexOf(secret);
        return text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 50));
    }

    /** What Flink's web page is made of. */
    private List<String> pages(String job) {
        List<String> pages = new ArrayList<>();
        String of = "/jobs/" + job;
        for (String path :
                List.of(
                        "/config",
                        "/jobmanager/config",
                        "/jobmanager/environment",
                        "/jobs/overview",
                        of,
                        of + "/config",
                        of + "/plan",
                        of + "/exceptions",
                        of + "/checkpoints",
                        of + "/checkpoints/config",
                        of + "/jobmanager/config",
                        of + "/jobmanager/environment",
                        "/taskmanagers")) {
            pages.add(rest.get(path).toString());
        }
        for (JsonNode vertex : rest.get(of).path("vertices")) {
            pages.add(rest.get(of + "/vertices/" + vertex.path("id").asText()).toString());
        }
        return pages;
    }

    private static List<String> contents(Path folder) throws IOException {
        List<String> contents = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.add(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }
}
