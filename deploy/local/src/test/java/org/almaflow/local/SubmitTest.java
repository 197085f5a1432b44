package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.pipeline.AlmaflowJob;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of a long-running installation, against a broker and a cluster that run already. */
class SubmitTest {
    @TempDir Path folder;
    private EmbeddedKafka kafka;
    private MiniCluster flink;
    private URI address;

    @BeforeEach
    void start() throws Exception {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), OptionalInt.empty());
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_PORT, "0");
        // The job's classes are on this JVM's class path too; on a cluster they are in the jar
        // only.
        configuration.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, "parent-first");
        configuration.set(WebOptions.TMP_DIR, folder.resolve("web").toString());
        flink =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumSlotsPerTaskManager(4)
                                .build());
        flink.start();
        address = flink.getRestAddress().get();
    }

    @AfterEach
    void stop() throws Exception {
        flink.close();
        kafka.close();
    }

    @Test
    void publishesSubmitsAndWatches() throws IOException {
        String file = TestingExperiment.write(folder, 6, "10ms").toString();
        assertSucceeds("topics", "create", "--kafka", broker());
        AlmaRun produced = assertSucceeds("produce", file, "--kafka", broker(), "--interval", "0");
        assertThat(produced.out()).contains("stream people is published");
        AlmaRun submitted = submit(file, "--run", "run-1", "-O", "checkpoint-interval=200 ms");
        assertThat(submitted.err()).isEmpty();
        assertThat(submitted.out()).contains("run run-1").containsPattern("job [0-9a-f]{32}");
        AlmaRun watched =
                assertSucceeds(
                        "watch",
                        "evaluations",
                        "--from-beginning",
                        "--json",
                        "--max",
                        "21",
                        "--timeout",
                        "2m",
                        "--kafka",
                        broker());
        assertThat(watched.out().lines())
                .hasSize(21)
                .allMatch(line -> line.contains("\"run\":\"run-1\""));
        predicts();
        AlmaRun again = assertSucceeds("produce", file, "--kafka", broker());
        assertThat(again.out()).contains("0 chunks and 0 examples this time");
    }

    private void predicts() throws IOException {
        AlmaRun submitted =
                assertSucceeds(
                        "submit",
                        "predict",
                        "--flink",
                        address.toString(),
                        "--kafka",
                        broker(),
                        "--jar",
                        jobJar().toString());
        assertThat(submitted.out()).containsPattern("job [0-9a-f]{32}");
        Path rows = folder.resolve("rows.csv");
        Files.writeString(rows, "height,weight\n-2,-2.5\n2,2.5\n");
        String[] ask = {
            "predict", "--learner", "w1", rows.toString(), "--timeout", "1m", "--kafka", broker()
        };
        assertThat(assertSucceeds(ask).out().lines())
                .hasSize(3)
                .anyMatch(line -> line.matches("rows.csv +0 +small .* w1 version 6, .*"))
                .anyMatch(line -> line.matches("rows.csv +1 +large .* w1 version 6, .*"));
        AlmaRun json =
                assertSucceeds("predict", "--best", "--json", rows.toString(), "--kafka", broker());
        assertThat(json.out().lines())
                .singleElement()
                .asString()
                .contains("\"status\":\"OK\"", "\"className\":\"large\"", "\"sha256\":[\"");
        CommandLineTest.assertFails(
                1,
                "there are models of w1, w2, w5",
                "predict",
                "--learner",
                "nobody",
                rows.toString(),
                "--kafka",
                broker());
        AlmaRun old =
                AlmaRun.of("predict", "--max-age", "1ms", rows.toString(), "--kafka", broker());
        assertThat(old.status()).isEqualTo(1);
        assertThat(old.err()).contains("TOO_OLD", "more than 1 ms");
        Path onnx = folder.resolve("w5.onnx");
        assertSucceeds(
                "export", "--snapshot=w5@5", "--to=onnx", "--out=" + onnx, "--kafka=" + broker());
        assertThat(onnx).isNotEmptyFile();
        CommandLineTest.assertFails(
                2,
                "the topic has no w5@6; there are versions [5]",
                "export",
                "--snapshot=w5@6",
                "--out=" + onnx,
                "--kafka=" + broker());
    }

    @Test
    void predictSaysThatNobodyAnswers() throws IOException {
        Path rows = Files.writeString(folder.resolve("rows.csv"), "a,b\n1,2\n");
        CommandLineTest.assertFails(
                1, "is missing", "predict", rows.toString(), "--kafka", broker());
        assertSucceeds("topics", "create", "--kafka", broker());
        CommandLineTest.assertFails(
                1,
                "no model has been published yet",
                "predict",
                rows.toString(),
                "--kafka",
                broker());
    }

    @Test
    void saysWhyTheClusterRefusesTheJob() throws IOException {
        String file = TestingExperiment.write(folder, 6, "10ms").toString();
        AlmaRun refused = submit(file);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.errorLines()).hasSize(1);
        assertThat(refused.err())
                .contains("refuses the job: topic alma.", "is missing", "alma topics create");
    }

    @Test
    void saysThatThereIsNoCluster() throws IOException {
        String file = TestingExperiment.write(folder, 6, "10ms").toString();
        String jar = jobJar().toString();
        CommandLineTest.assertFails(
                1,
                "no Flink cluster answers at http://127.0.0.1:1",
                "submit",
                file,
                "--flink",
                "http://127.0.0.1:1",
                "--storage",
                "/tmp/x",
                "--jar",
                jar);
        CommandLineTest.assertFails(
                1,
                "no Flink cluster",
                "submit",
                file,
                "--flink",
                "http://" + broker(),
                "--storage",
                "/tmp/x",
                "--jar",
                jar);
        CommandLineTest.assertFails(
                2,
                "'localhost' is no address",
                "submit",
                file,
                "--flink",
                "localhost",
                "--storage",
                "/tmp/x",
                "--jar",
                jar);
        CommandLineTest.assertFails(
                2,
                "there is no option 'speed'",
                "submit",
                file,
                "--storage",
                "/tmp/x",
                "-O",
                "speed=2");
    }

    private AlmaRun submit(String file, String... more) throws IOException {
        List<String> fixed =
                List.of(
                        "submit",
                        file,
                        "--flink",
                        address.toString(),
                        "--kafka",
                        broker(),
                        "--storage",
                        folder.resolve("store").toString(),
                        "--jar",
                        jobJar().toString());
        return AlmaRun.of(Stream.concat(fixed.stream(), Stream.of(more)).toArray(String[]::new));
    }

    private String broker() {
        return kafka.bootstrapServers();
    }

    private static AlmaRun assertSucceeds(String... args) {
        AlmaRun run = AlmaRun.of(args);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        return run;
    }

    /** The pipeline alone: the cluster in this JVM has what it needs on its class path. */
    private Path jobJar() throws IOException {
        Path classes =
                Path.of(
                        URI.create(
                                AlmaflowJob.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toString()));
        if (Files.isRegularFile(classes)) {
            return classes;
        }
        Path jar = folder.resolve("job.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
        return jar;
    }
}
