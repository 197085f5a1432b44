package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.almaflow.cluster.FlinkRest;
import org.almaflow.kafka.EmbeddedKafka;
import org.almaflow.pipeline.AlmaflowJob;
import org.almaflow.pipeline.store.RunStore;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
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
        configuration.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(600));
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
        watchesUntilAnArrival();
        predicts();
        AlmaRun again = assertSucceeds("produce", file, "--kafka", broker());
        assertThat(again.out()).contains("0 chunks and 0 examples this time");
    }

    /** Of a run that is over: who comes late is told the same, and does not wait. */
    private void watchesUntilAnArrival() {
        AlmaRun some =
                assertSucceeds(
                        "watch",
                        "sessions",
                        "--json",
                        "--learner",
                        "w1",
                        "--until-arrival",
                        "6",
                        "--timeout",
                        "1m",
                        "--kafka",
                        broker());
        assertThat(some.out().lines())
                .isNotEmpty()
                .allMatch(line -> line.contains("\"learner\":\"w1\""))
                .allMatch(line -> line.contains("\"metric\":\"sessions\""));
        assertThat(watch("--until-arrival", "7").err())
                .contains("--until-arrival: the stream has 6 arrivals, not 7");
        AlmaRun nobody = watch("--learner", "w9", "--until-arrival", "1", "--timeout", "1s");
        assertThat(nobody.status()).isEqualTo(1);
        assertThat(nobody.err()).contains("arrival 1 was not reached: w9 has published nothing");
        assertThat(watch("--since", "1d", "--until-arrival", "6").out().lines()).hasSize(1 + 21);
        assertThat(watch("evaluations", "--since", "0", "--timeout", "1s").out()).isEmpty();
        assertThat(watch("--run", "run-0", "--timeout", "1s").out()).isEmpty();
    }

    private AlmaRun watch(String... args) {
        return AlmaRun.of(
                Stream.of(Stream.of("watch"), Stream.of(args), Stream.of("--kafka", broker()))
                        .flatMap(all -> all)
                        .toArray(String[]::new));
    }

    @Test
    void moreMemoryThanTheTaskManagersDeclareIsRefusedBeforeAnythingRuns() throws IOException {
        String file = TestingExperiment.write(folder, 6, "10ms").toString();

        AlmaRun refused = submit(file, "--run", "run-0", "-O", "native-memory=1g");

        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err())
                .contains(
                        "option --native-memory is 1 gb but the TaskManagers have"
                                + " taskmanager.memory.task.off-heap.size of 600 mb")
                .contains("alma cluster up --native-memory");
        assertThat(new FlinkRest(address).activeJob("run-0"::equals)).isEmpty();
    }

    /** A run that has begun is never begun again beside itself, nor anew. */
    @Test
    void goesOnWithTheLastCheckpointAndNotOtherwise() throws IOException {
        String file = TestingExperiment.write(folder, 6, "10ms").toString();
        assertSucceeds("topics", "create", "--kafka", broker());
        String[] begin = {"--run", "run-2", "-O", "checkpoint-interval=200 ms"};
        FlinkRest rest = new FlinkRest(address);
        String job = jobId(submit(file, begin));
        assertThat(submit(file, begin).err()).contains("run run-2 has job " + job);
        await().until(() -> new RunStore(store().toUri(), "run-2").lastCheckpoint().isPresent());
        rest.cancel(job);
        await().until(() -> rest.state(job).equals(Optional.of("CANCELED")));
        assertThat(submit(file, begin).err())
                .contains("run run-2 has a checkpoint", "add --from last");
        assertThat(submit(file, "--from", "last").err()).contains("name it with --run");
        AlmaRun again =
                submit(
                        file,
                        Stream.concat(Stream.of(begin), Stream.of("--from", "last"))
                                .toArray(String[]::new));
        assertThat(again.err()).isEmpty();
        assertThat(again.out()).contains("from file:", job);
        assertSucceeds("produce", file, "--kafka", broker());
        String next = jobId(again);
        await().atMost(Duration.ofMinutes(2))
                .until(() -> rest.state(next).equals(Optional.of("FINISHED")));
        AlmaRun watched =
                assertSucceeds(
                        "watch", "--json", "--max", "21", "--timeout", "1m", "--kafka", broker());
        assertThat(watched.out().lines()).hasSize(21);
    }

    private static String jobId(AlmaRun submitted) {
        String out = submitted.out();
        return out.substring(out.lastIndexOf("job ") + "job ".length()).strip();
    }

    private Path store() {
        return folder.resolve("store");
    }

    private void submitPredictor() throws IOException {
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
    }

    private void predicts() throws IOException {
        submitPredictor();
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
    void goesOnFromASavepointWithAnotherExperiment() throws Exception {
        Path file = TestingExperiment.write(folder, 6, "10ms");
        assertSucceeds("topics", "create", "--kafka", broker());
        assertSucceeds("produce", file.toString(), "--kafka", broker(), "--interval", "0");
        submit(file.toString(), "--run", "run-1", "-O", "bounded=false");
        awaitEvaluations("21");
        String savepoint = stop("run-1");

        AlmaRun unnamed = submit(file.toString(), "--from", savepoint);
        assertThat(unnamed.err()).contains("--from goes on with a run; name it with --run");
        AlmaRun nowhere = submit(file.toString(), "--run", "run-1", "--from", "/no/such/folder");
        assertThat(nowhere.errorLines()).hasSize(1);
        assertThat(nowhere.err()).contains("there is no savepoint or checkpoint at /no/such");
        String learners = Files.readString(file);
        String id = learners.replaceAll("(?s).*id: ([\\w-]+).*", "$1");
        AlmaRun again =
                submit(
                        file.toString(),
                        "--run",
                        "run-1",
                        "--from",
                        savepoint,
                        "--restart-learner",
                        id);
        assertThat(again.err()).isEmpty();
        awaitEvaluations("28");
    }

    /** On more cores than one, one learner alone would compute with more threads than three. */
    @Test
    void aLearnerIsAddedBesideAPredictorWithNothingPinned() throws Exception {
        Path three = TestingExperiment.write(folder, 6, "10ms");
        Path one = folder.resolve("one.yaml");
        Files.writeString(
                one, Files.readString(three).replaceAll("(?m)^ *- \\{id: w[25].*\\R", ""));
        assertSucceeds("topics", "create", "--kafka", broker());
        assertSucceeds("produce", three.toString(), "--kafka", broker(), "--interval", "0");
        assertThat(submit(one.toString(), "--run", "run-1", "-O", "bounded=false").err()).isEmpty();
        awaitEvaluations("7");
        int begun = new RunStore(store().toUri(), "run-1").engineThreads(0);
        assertThat(begun).isEqualTo(Runtime.getRuntime().availableProcessors());
        submitPredictor();
        String savepoint = stop("run-1");

        AlmaRun again = submit(three.toString(), "--run", "run-1", "--from", savepoint);

        assertThat(again.err()).isEmpty();
        awaitEvaluations("21");
        String job = jobId(again);
        FlinkRest rest = new FlinkRest(address);
        await().atMost(Duration.ofMinutes(2))
                .until(() -> rest.state(job).equals(Optional.of("FINISHED")));
        assertThat(new RunStore(store().toUri(), "run-1").engineThreads(0)).isEqualTo(begun);
        AlmaRun other = submit(three.toString(), "--run", "run-2");
        await().atMost(Duration.ofMinutes(2))
                .until(() -> rest.state(jobId(other)).equals(Optional.of("FINISHED")));
    }

    private void awaitEvaluations(String count) throws IOException {
        assertSucceeds(
                "watch",
                "evaluations",
                "--from-beginning",
                "--json",
                "--max",
                count,
                "--timeout",
                "2m",
                "--kafka",
                broker());
    }

    /** Returns the URI of the savepoint. */
    private String stop(String run) throws IOException {
        AlmaRun stopped =
                assertSucceeds(
                        "stop",
                        "--run",
                        run,
                        "--flink",
                        address.toString(),
                        "--storage",
                        store().toString());
        assertThat(stopped.out()).contains("has stopped", "--run %s --from file:".formatted(run));
        String savepoint = stopped.out().replaceAll("(?s).*savepoint (file:\\S+).*", "$1");
        assertThat(savepoint).contains("/runs/%s/savepoints/".formatted(run));
        CommandLineTest.assertFails(
                2,
                "has no job of run '%s' that has not ended".formatted(run),
                "stop",
                "--run",
                run,
                "--flink",
                address.toString());
        return savepoint;
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
                        store().toString(),
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
