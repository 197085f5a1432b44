package org.almaflow.observer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.almaflow.observer.TestingPython;
import org.almaflow.observer.report.ReportException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.Summary;
import org.tensorflow.util.Event;

/** What is exported is read with TensorFlow's messages and as MLflow's file store reads it. */
class ExportTest {
    private static final String SHA = "ab".repeat(32);
    private static final String NETWORK = "{\"type\":\"mlp\"}";
    private static final Instant AT = Instant.parse("2026-01-01T12:00:12.345Z");
    private static final String EVALUATIONS =
            """
            learner,family,waiting,seed,arrival,trained,snapshotVersion,error,loss,holdoutExamples,cumulativeError,parameters,cumulativeParameters,trainForwardMacs,totalMacs,sessions,epochs,examplesTrained,trainSeconds,lagSeconds,arrivedAt,availableAt
            a,SM,chunks: 1,7,1,true,1,0.5,1.25,1000,0.5,100,100,1000000,3000000,1,4,720,0.5,2.0,2026-01-01T12:00:10Z,2026-01-01T12:00:12.345Z
            a,SM,chunks: 1,7,2,true,2,0.25,NaN,1000,0.75,100,200,2000000,25000000000,2,8,1440,1.0,2.0,2026-01-01T12:00:20Z,2026-01-01T12:00:22Z
            b,Ens,"any-of: [{chunks: 3}, {time: 1m}]",8,1,false,0,0.9,2.5,1000,0.9,100,100,0,0,0,0,0,0.0,0.1,2026-01-01T12:00:10Z,2026-01-01T12:00:10.100Z
            """;

    @TempDir Path folder;

    private Path run() throws Exception {
        Path run = Files.createDirectories(folder.resolve("run"));
        Files.writeString(run.resolve("evaluations.csv"), EVALUATIONS);
        Files.writeString(
                run.resolve("summary.json"),
                "{\"experiment\":\"it's small\",\"run\":\"run-1\",\"stream\":\"toy\",\"chunks\":2,"
                    + "\"learners\":[{\"id\":\"a\",\"settings\":{\"replay\":\"0.5\",\"../x\":\"1\"}}]}");
        Path models = Files.createDirectories(run.resolve("models/run-1/a"));
        byte[] header =
                new ObjectMapper()
                        .writeValueAsBytes(Map.of("__metadata__", Map.of("network", NETWORK)));
        ByteBuffer file = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        Files.write(models.resolve("member-0-" + SHA + ".safetensors"), file.array());
        return run;
    }

    @Test
    void tensorFlowReadsTheEventFiles() throws Exception {
        Path out = folder.resolve("logs");
        TrackedRun tracked = TrackedRuns.inFolder(run());
        RunFormat.TENSORBOARD.write(tracked, out);
        String said = RunFormat.TENSORBOARD.write(tracked, out);

        assertThat(said).contains("2 event files", "tensorboard --logdir " + out.toAbsolutePath());
        List<Event> events = events(out.resolve("run-1/a"));
        assertThat(events).hasSize(3);
        assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
        assertThat(events).extracting(Event::getStep).containsExactly(0L, 1L, 2L);
        assertThat(events.get(1).getWallTime()).isEqualTo(AT.toEpochMilli() / 1e3, within(1e-6));
        assertThat(values(events.get(1)))
                .containsEntry("error", 0.5f)
                .containsEntry("loss", 1.25f)
                .containsEntry("cer", 0.5f)
                .containsEntry("total_macs", 3e6f)
                .doesNotContainKey("prequential_error");
        assertThat(values(events.get(2)))
                .containsEntry("cer", 0.75f)
                .containsEntry("total_macs", (float) 25e9)
                .doesNotContainKey("loss");
        assertThat(events(out.resolve("run-1/b"))).hasSize(2);
    }

    /** TensorBoard's own reader, where it is installed. */
    @Test
    void tensorBoardReadsTheEventFiles() throws Exception {
        String program =
                """
                import sys
                from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
                events = EventAccumulator(sys.argv[1]).Reload()
                for tag in ("error", "total_macs"):
                    for e in events.Scalars(tag):
                        print(tag, e.step, e.value, round(e.wall_time, 3))
                """;
        assumeTrue(
                TestingPython.runs("import tensorboard.backend.event_processing.event_accumulator"),
                "no TensorBoard for " + TestingPython.COMMAND + ": pip install tensorboard");
        Path out = folder.resolve("logs");
        RunFormat.TENSORBOARD.write(TrackedRuns.inFolder(run()), out);
        Path script = Files.writeString(folder.resolve("read.py"), program);

        assertThat(TestingPython.lines(script.toString(), out.resolve("run-1/a").toString()))
                .containsSubsequence(
                        "error 1 0.5 1767268812.345",
                        "error 2 0.25 1767268822.0",
                        "total_macs 1 3000000.0 1767268812.345",
                        "total_macs 2 24999999488.0 1767268822.0");
    }

    /** The checks of the frames are real: a changed bit is not read. */
    @Test
    void theReaderNoticesAChangedBit() throws Exception {
        Path out = folder.resolve("logs");
        RunFormat.TENSORBOARD.write(TrackedRuns.inFolder(run()), out);
        Path file = only(out.resolve("run-1/a"));
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> events(out.resolve("run-1/a"))).hasMessageContaining("check sum");
    }

    private static List<Event> events(Path logs) throws Exception {
        List<Event> events = new ArrayList<>();
        try (InputStream in = Files.newInputStream(only(logs))) {
            for (byte[] record : TestingTfRecords.read(in)) {
                events.add(Event.parseFrom(record));
            }
        }
        return events;
    }

    private static Path only(Path logs) throws Exception {
        try (Stream<Path> files = Files.list(logs)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            assertThat(all.get(0).getFileName().toString()).startsWith("events.out.tfevents.");
            return all.get(0);
        }
    }

    private static Map<String, Float> values(Event event) {
        return event.getSummary().getValueList().stream()
                .collect(Collectors.toMap(Summary.Value::getTag, Summary.Value::getSimpleValue));
    }

    @Test
    void aLearnerIsARunOfMlflow() throws Exception {
        Path out = folder.resolve("tracked");
        TrackedRun tracked = TrackedRuns.inFolder(run());
        RunFormat.MLFLOW.write(tracked, out);
        String said = RunFormat.MLFLOW.write(tracked, out);

        Path store = out.resolve("mlruns").toAbsolutePath();
        assertThat(said)
                .contains(
                        "2 runs",
                        "'MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri "
                                + store
                                + "'");
        List<Path> experiments = folders(store);
        assertThat(experiments).hasSize(2);
        assertThat(experiments.get(0).getFileName()).hasToString("0");
        Path experiment = experiments.get(1);
        assertThat(experiment.getFileName().toString()).matches("[1-9][0-9]{17}");
        assertThat(meta(experiment))
                .containsEntry("experiment_id", "'" + experiment.getFileName() + "'")
                .containsEntry("name", "'it''s small'")
                .containsEntry("lifecycle_stage", "'active'")
                .containsEntry("artifact_location", "'" + uri(experiment) + "'");
        assertThat(folders(experiment)).hasSize(2);
        Path run = folders(experiment).stream().filter(r -> name(r).equals("'a'")).findAny().get();
        assertThat(run.getFileName().toString()).matches("[0-9a-f]{32}");
        assertThat(meta(run))
                .containsEntry("run_id", "'" + run.getFileName() + "'")
                .containsEntry("run_uuid", "'" + run.getFileName() + "'")
                .containsEntry("experiment_id", "'" + experiment.getFileName() + "'")
                .containsEntry("status", "3")
                .containsEntry("source_type", "4")
                .containsEntry("start_time", Long.toString(AT.toEpochMilli()))
                .containsEntry("artifact_uri", "'" + uri(run.resolve("artifacts")) + "'");
        assertThat(Files.readString(run.resolve("metrics/error")))
                .isEqualTo("1767268812345 0.5 1\n1767268822000 0.25 2\n");
        assertThat(Files.readString(run.resolve("metrics/loss")))
                .isEqualTo("1767268812345 1.25 1\n");
        assertThat(Files.readString(run.resolve("metrics/total_macs"))).contains(" 2.5E10 2\n");
        assertThat(Files.readString(run.resolve("params/wait"))).isEqualTo("chunks: 1");
        assertThat(Files.readString(run.resolve("params/network"))).isEqualTo(NETWORK);
        assertThat(Files.readString(run.resolve("params/seed"))).isEqualTo("7");
        assertThat(Files.readString(run.resolve("params/replay"))).isEqualTo("0.5");
        assertThat(Files.readString(run.resolve("params/_.._x"))).isEqualTo("1");
        assertThat(Files.readString(run.resolve("tags/mlflow.runName"))).isEqualTo("a");
        assertThat(Files.readString(run.resolve("artifacts/snapshots.csv")))
                .startsWith("version,member,sha256,path\n,0," + SHA + ",")
                .contains("member-0-" + SHA + ".safetensors");
    }

    /**
     * The checks of MLflow's own reader, its {@code FileStore} and the entities that this makes:
     * keys without which there is no experiment or run, names that it refuses, lines of a metric
     * that it can take apart.
     */
    @Test
    void theStoreHasWhatMlflowsReaderAsksFor() throws Exception {
        Path out = folder.resolve("tracked");
        RunFormat.MLFLOW.write(TrackedRuns.inFolder(run()), out);

        List<Path> experiments = folders(out.resolve("mlruns"));
        assertThat(experiments).hasSize(2);
        for (Path experiment : experiments) {
            assertThat(experiment.getFileName().toString()).matches("[a-zA-Z0-9][\\w-]{0,63}");
            assertThat(meta(experiment))
                    .containsEntry("experiment_id", "'" + experiment.getFileName() + "'")
                    .containsKeys("name", "artifact_location", "lifecycle_stage")
                    .containsKeys("creation_time", "last_update_time");
        }
        for (Path run : folders(experiments.get(1))) {
            assertThat(run.getFileName().toString()).matches("[a-zA-Z0-9][\\w-]{0,255}");
            Map<String, String> meta = meta(run);
            assertThat(meta)
                    .containsKeys("run_id", "run_uuid", "experiment_id", "run_name", "artifact_uri")
                    .containsKeys("status", "end_time", "lifecycle_stage", "deleted_time");
            assertThat(meta.get("user_id")).isNotEqualTo("null");
            assertThat(meta.get("start_time")).matches("\\d+");
            assertThat(meta)
                    .containsEntry("run_name", "'" + read(run, "tags/mlflow.runName") + "'");
            for (String kind : List.of("metrics", "params", "tags")) {
                assertThat(names(run.resolve(kind)))
                        .isNotEmpty()
                        .allMatch(ExportTest::isMlflowName);
            }
            for (String metric : names(run.resolve("metrics"))) {
                assertThat(read(run, "metrics/" + metric).lines())
                        .isNotEmpty()
                        .allSatisfy(ExportTest::assertIsMetric);
            }
        }
    }

    private static void assertIsMetric(String line) {
        String[] parts = line.split(" ", -1);
        assertThat(parts).hasSize(3);
        assertThat(Long.parseLong(parts[0])).isNotNegative();
        assertThat(Double.parseDouble(parts[1])).isFinite();
        assertThat(Long.parseLong(parts[2])).isNotNegative();
    }

    private static boolean isMlflowName(String name) {
        return name.matches("[/\\w.\\- ]*")
                && name.length() <= 250
                && Path.of(name).normalize().toString().equals(name)
                && !name.startsWith("..");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String read(Path run, String file) throws IOException {
        return Files.readString(run.resolve(file));
    }

    @Test
    void aRunThatIsNotOverIsSaidToRun() throws Exception {
        Path out = folder.resolve("tracked");
        RunFormat.MLFLOW.write(TrackedRuns.inFolder(run()), out);
        Path experiment = folders(out.resolve("mlruns")).get(1);
        Path run = folders(experiment).stream().filter(r -> name(r).equals("'b'")).findAny().get();
        assertThat(meta(run)).containsEntry("status", "1").containsEntry("end_time", "null");
        assertThat(Files.readString(run.resolve("params/wait")))
                .isEqualTo("any-of: [{chunks: 3}, {time: 1m}]");
    }

    @Test
    void whatIsNoRunIsRefused() throws Exception {
        assertThatThrownBy(() -> TrackedRuns.inFolder(folder))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("has no evaluations.csv; name a folder that alma demo wrote");
        Path run = run();
        Files.writeString(
                run.resolve("evaluations.csv"), EVALUATIONS.replace(",0.25,", ",a quarter,"));
        assertThatThrownBy(() -> TrackedRuns.inFolder(run))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("line 3: 'a quarter' in column error is not as it should be");
        Files.writeString(run.resolve("evaluations.csv"), EVALUATIONS.replace(",loss,", ",los,"));
        assertThatThrownBy(() -> TrackedRuns.inFolder(run))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("there is no column 'loss'");
    }

    private static List<Path> folders(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static String name(Path run) {
        return meta(run).get("run_name");
    }

    private static String uri(Path path) {
        return "file://" + path.toAbsolutePath().normalize();
    }

    private static Map<String, String> meta(Path folder) {
        try {
            Map<String, String> meta = new TreeMap<>();
            for (String line :
                    Files.readAllLines(folder.resolve("meta.yaml"), StandardCharsets.UTF_8)) {
                String[] parts = line.split(": ", 2);
                assertThat(meta.put(parts[0], parts[1])).isNull();
            }
            return meta;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
