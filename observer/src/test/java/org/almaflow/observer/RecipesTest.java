package org.almaflow.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the programs of docs/subscribing.md as they stand there. */
class RecipesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String[] EVENTS = {"a 0 0.9", "a 1 0.5", "a 2 0.25", "b 1 0.75"};

    @TempDir static Path kafkaFolder;
    @TempDir Path folder;
    private static EmbeddedKafka kafka;

    private record Result(int status, List<String> lines) {}

    @BeforeAll
    static void publish() {
        kafka = EmbeddedKafka.start(kafkaFolder, OptionalInt.empty());
        Map<String, Object> client =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "job");
        new TopicAdmin(Map.of("bootstrap.servers", kafka.bootstrapServers()))
                .create(new Topics("alma"), (short) 1);
        try (KafkaProducer<byte[], byte[]> job =
                new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            job.initTransactions();
            job.beginTransaction();
            send(job, "a", 0, 0.9);
            send(job, "a", 1, 0.5);
            job.commitTransaction();
            job.beginTransaction();
            send(job, "a", 2, 0.125);
            job.flush();
            job.abortTransaction();
            job.beginTransaction();
            send(job, "a", 2, 0.25);
            send(job, "b", 1, 0.75);
            job.commitTransaction();
        }
    }

    private static void send(
            KafkaProducer<byte[], byte[]> job, String learner, long arrival, double error) {
        EvaluationEvent event = TestingEvents.evaluation(learner, arrival, error).build();
        var unused =
                job.send(
                        new ProducerRecord<>(
                                "alma.evaluations",
                                learner.getBytes(StandardCharsets.UTF_8),
                                RecordCodec.of(EvaluationEvent.class).encode(event)));
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void kcat() throws Exception {
        assumeTrue(isInstalled("kcat"), "kcat is not installed: apt-get install kcat");
        Path script = Files.writeString(folder.resolve("recipe.sh"), recipe("sh"));

        Result result = run("bash", script.toString());

        assertThat(result.lines()).hasSize(EVENTS.length);
        assertThat(result.lines()).allMatch(line -> line.matches("[ab] \\d+@\\d+ \\d+ bytes"));
        assertThat(result.status()).isZero();
    }

    @Test
    void java() throws Exception {
        Path program = Files.writeString(folder.resolve("Evaluations.java"), recipe("java"));

        Result result =
                run(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.toString());

        assertThat(result.lines()).contains(EVENTS).doesNotContain("a 2 0.125");
        assertThat(result.status()).isZero();
    }

    @Test
    void python() throws Exception {
        assumeTrue(
                TestingPython.runs("import fastavro, confluent_kafka"),
                TestingPython.COMMAND
                        + " has no fastavro or confluent_kafka: pip install them, or set PYTHON");
        Path program = Files.writeString(folder.resolve("recipe.py"), recipe("python"));

        Result result = run(TestingPython.COMMAND, program.toString());

        assertThat(result.lines()).containsExactlyInAnyOrder(EVENTS);
        assertThat(result.status()).isZero();
    }

    /** Every published schema is in the table, and nothing else. */
    @Test
    void theTableNamesTheFingerprintsOfThePublishedSchemas() throws Exception {
        List<String> expected = new ArrayList<>();
        Path history = ROOT.resolve("schemas/src/main/resources/avro-history");
        try (Stream<Path> files = Files.walk(history)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                Schema schema = new Schema.Parser().parse(file.toFile());
                byte[] mark = SchemaNormalization.parsingFingerprint("CRC-64-AVRO", schema);
                expected.add(
                        "| %s | %s | `%s` |"
                                .formatted(
                                        file.getParent().getFileName(),
                                        file.getFileName().toString().replace(".avsc", ""),
                                        HexFormat.of().formatHex(mark)));
            }
        }
        assertThat(page().lines().filter(line -> line.endsWith("` |") && line.contains("| v")))
                .containsExactlyElementsOf(expected);
    }

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/subscribing.md"));
    }

    /** The program of the page in that language. */
    private static String recipe(String language) throws IOException {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(page());
        assertThat(block.find()).as("a program in %s", language).isTrue();
        String text = block.group(1);
        assertThat(text).contains("127.0.0.1:9092");
        return text.replace("127.0.0.1:9092", kafka.bootstrapServers());
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    private Result run(String... command) throws Exception {
        Path out = folder.resolve("out");
        int status =
                new ProcessBuilder(command)
                        .directory(ROOT.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start()
                        .waitFor();
        return new Result(status, Files.readAllLines(out));
    }
}
