package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.pipeline.store.CommittedEvents;
import org.almaflow.pipeline.store.Garbage;
import org.almaflow.pipeline.store.Garbage.Finding;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Topics;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What happens to files while a job runs that needs them. */
class GarbageJobTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration DAY = Duration.ofDays(1);

    @RegisterExtension
    static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(4)
                            .build());

    @TempDir Path folder;
    private Path storage;
    private TestingBroker broker;
    private Topics topics;
    private final TestingSlices endless = new TestingSlices(0, 2, 20);

    @BeforeEach
    void start() {
        storage = folder.resolve("storage");
        broker = new TestingBroker(folder.resolve("kafka"));
        topics = broker.newTopics();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private JobOptions options(String wait) {
        String yaml =
                TestingExperiments.two("flaky")
                        .replace("{id: w2, wait: {chunks: 2}}", "{id: w2, wait: {chunks: " + wait)
                        .replace("patience: 3}", "patience: 3}\n  replay: 1");
        return TestingExperiments.options(yaml, broker, topics, storage);
    }

    private static JobClient submit(JobOptions options) throws Exception {
        Experiment experiment = TestingExperiments.read(options);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        AlmaflowJob.define(env, experiment, options);
        return env.executeAsync(AlmaflowJob.name(experiment, options));
    }

    private long evaluations() {
        return broker.read(topics.evaluations(), EvaluationEvent.class).size();
    }

    private List<Path> files(String below) throws IOException {
        if (!Files.exists(storage.resolve(below))) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(storage.resolve(below))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    /** Waits until everything so far is in a checkpoint: two more were completed. */
    private void awaitCheckpoints(JobOptions options) {
        Path checkpoints = storage.resolve("runs").resolve(options.run()).resolve("checkpoints");
        long now = newest(checkpoints);
        await().atMost(LONG).until(() -> newest(checkpoints) >= now + 2);
    }

    private static long newest(Path checkpoints) {
        try (Stream<Path> all = Files.walk(checkpoints)) {
            return all.filter(p -> p.getFileName().toString().equals("_metadata"))
                    .map(p -> p.getParent().getFileName().toString())
                    .mapToLong(name -> Long.parseLong(name.substring("chk-".length())))
                    .max()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0; // a checkpoint went while it was looked at
        }
    }

    private List<Finding> search() throws IOException {
        return new Garbage(storage.toUri(), DAY, List.of(), Clock.systemUTC())
                .search(new CommittedEvents(broker.properties(), Duration.ofSeconds(20)))
                .abandoned();
    }

    private void makeOld() throws IOException {
        for (String kind : List.of("chunks", "models")) {
            for (Path file : files(kind)) {
                FileTime old = FileTime.from(Instant.now().minus(DAY.multipliedBy(2)));
                Files.setLastModifiedTime(file, old);
            }
        }
    }

    @Test
    void whatARunningJobNeedsStaysAndItRecovers() throws Exception {
        // w2 never trains: its chunks are named by no event, only by checkpoints.
        JobOptions options = options("100}}");
        broker.publish(topics, endless.upTo(4));
        JobClient job = submit(options);
        await().atMost(LONG).until(() -> evaluations() == 10);
        awaitCheckpoints(options);
        Path orphan = storage.resolve("models/gone/w1/member-0-" + "c".repeat(64) + ".safetensors");
        Files.createDirectories(orphan.getParent());
        Files.writeString(orphan, "of a run that nobody remembers");
        makeOld();
        List<Path> needed = new ArrayList<>(files("chunks"));
        needed.addAll(files("models"));
        needed.remove(orphan);

        List<Finding> gone = Garbage.remove(search());

        assertThat(gone).extracting(f -> Path.of(f.path())).containsExactly(orphan);
        assertThat(needed).hasSize(5 + 4).allSatisfy(file -> assertThat(file).exists());
        // A session that trains on every chunk again, and fails in the middle of it.
        TestingFlakyEngineProvider.failWhen(() -> true, 1);
        broker.publish(topics, endless.chunk(5));
        await().atMost(LONG).until(() -> evaluations() == 12);
        assertThat(TestingFlakyEngineProvider.failuresLeft()).isZero();
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
        job.cancel().get();
    }

    @Test
    void aSavepointWithoutAnotherFolderKeepsItsModels() throws Exception {
        JobOptions options = options("2}}").with(JobOption.KEEP_SNAPSHOTS, "1");
        broker.publish(topics, endless.upTo(2));
        JobClient job = submit(options);
        await().atMost(LONG).until(() -> evaluations() == 6 && files("models").size() == 2);
        List<Path> named = files("models");

        String savepoint = job.triggerSavepoint(null, SavepointFormatType.CANONICAL).get();
        broker.publish(topics, endless.chunk(3));
        broker.publish(topics, endless.chunk(4));
        await().atMost(LONG).until(() -> evaluations() == 10);
        awaitCheckpoints(options);
        awaitCheckpoints(options);

        assertThat(savepoint).contains("/runs/" + options.run() + "/savepoints/");
        assertThat(named).allSatisfy(file -> assertThat(file).exists());
        job.cancel().get();
    }

    @Test
    void onlyTheNewestSnapshotsKeepTheirFiles() throws Exception {
        JobOptions options = options("2}}").with(JobOption.KEEP_SNAPSHOTS, "2");
        broker.publish(topics, endless.upTo(6));
        JobClient job = submit(options);
        await().atMost(LONG).until(() -> evaluations() == 14);

        await().atMost(LONG).until(() -> files("models").size() == 4);

        for (String learner : List.of("w1", "w2")) {
            List<Path> newest =
                    broker.read(topics.snapshots(), SnapshotEvent.class).stream()
                            .filter(s -> s.getLearner().equals(learner))
                            .sorted((a, b) -> Long.compare(b.getVersion(), a.getVersion()))
                            .limit(2)
                            .flatMap(s -> s.getMembers().stream())
                            .map(ModelFile::getPath)
                            .map(path -> Path.of(URI.create(path)))
                            .toList();
            assertThat(newest).hasSize(2).allSatisfy(file -> assertThat(file).exists());
        }
        assertThat(job.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
        job.cancel().get();
    }
}
