package org.almaflow.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.schemas.Topics;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Many small chunks of an endless stream through a job with replay, an ensemble and retention, with
 * a slice missing now and then; measures at every tenth what must not grow. Broker and cluster are
 * in this JVM.
 */
final class Soak {
    private static final int TENTHS = 10;
    private static final int LEARNERS = 2;
    private static final int SLICES = 2;
    private static final int CHUNKS_IN_FLIGHT = 20;
    private static final int QUIET_CHECKPOINTS = 5;

    /** Every so many chunks one arrives without its second slice. */
    private static final int INCOMPLETE = 25;

    private Soak() {}

    /**
     * What there is after some chunks.
     *
     * @param heap bytes in use after garbage collection
     * @param resident bytes of the process's memory; 0 where the system does not say
     * @param state bytes of the newest checkpoint
     * @param models number of model files
     */
    record Sample(int chunks, long heap, long resident, long state, long models) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "chunks %5d  heap %6.1f MiB  resident %7.1f MiB  checkpoint %,8d bytes  models"
                            + " %d",
                    chunks,
                    heap / 1048576d,
                    resident / 1048576d,
                    state,
                    models);
        }
    }

    /** Prints the samples; fails when memory or state grow after the first tenth. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("almaflow-soak");
        long begun = System.nanoTime();
        List<Sample> samples = run(args[0], Integer.parseInt(args[1]), folder);
        samples.forEach(System.out::println);
        System.out.printf(Locale.ROOT, "%.0f s%n", (System.nanoTime() - begun) / 1e9);
        Sample first = samples.get(0);
        Sample last = samples.get(samples.size() - 1);
        boolean flat =
                last.heap() < first.heap() + (12 << 20)
                        && last.resident() < first.resident() + (64 << 20)
                        && last.state() < first.state() + (4 << 10)
                        && last.models() == first.models();
        System.out.println(
                "after the first tenth heap grows by less than 12 MiB, the process by less than 64"
                        + " MiB, checkpoints by less than 4 KiB, models not at all: "
                        + (flat ? "PASS" : "FAIL"));
        System.exit(flat ? 0 : 1);
    }

    @SuppressWarnings("try") // the cluster may be interrupted while it closes
    static List<Sample> run(String engine, int chunks, Path folder) throws Exception {
        MiniClusterConfiguration flink =
                new MiniClusterConfiguration.Builder()
                        .setNumSlotsPerTaskManager(4)
                        .withRandomPorts()
                        .build();
        try (TestingBroker broker = new TestingBroker(folder.resolve("kafka"));
                MiniCluster cluster = new MiniCluster(flink)) {
            cluster.start();
            Path storage = folder.resolve("storage");
            Topics topics = broker.newTopics();
            JobOptions options =
                    TestingExperiments.options(experiment(engine), broker, topics, storage)
                            .with(JobOption.ASSEMBLY_TIMEOUT, "50 ms")
                            .with(JobOption.CHECKPOINT_INTERVAL, "250 ms")
                            .with(JobOption.KEEP_SNAPSHOTS, "3");
            JobID job = submit(cluster, options);
            TestingSlices endless = new TestingSlices(0, SLICES, 8);
            List<Sample> samples = new ArrayList<>();
            try (TestingBroker.Counter evaluations = broker.counter(topics.evaluations())) {
                for (int chunk = 0; chunk <= chunks; chunk++) {
                    publish(broker, topics, endless, chunk);
                    if (chunk % CHUNKS_IN_FLIGHT == 0) {
                        awaitEvaluations(cluster, job, evaluations, chunk);
                    }
                    if (chunk > 0 && chunk % (chunks / TENTHS) == 0) {
                        awaitEvaluations(cluster, job, evaluations, chunk);
                        Path checkpoints =
                                storage.resolve("runs/" + options.run() + "/checkpoints");
                        awaitCheckpoints(checkpoints);
                        samples.add(sample(chunk, checkpoints, storage.resolve("models")));
                    }
                }
            }
            cluster.cancelJob(job).get();
            return samples;
        }
    }

    private static JobID submit(MiniCluster cluster, JobOptions options) throws Exception {
        Experiment experiment = TestingExperiments.read(options);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        AlmaflowJob.define(env, experiment, options);
        JobGraph graph = env.getStreamGraph().getJobGraph();
        cluster.submitJob(graph).get();
        return graph.getJobID();
    }

    private static String experiment(String engine) {
        return """
        name: soak
        engine: %s
        stream: {name: toy, dataset: mnist, chunks: 50}
        defaults:
          network: {type: mlp, hidden: [8]}
          training: {batch_size: 8, max_epochs: 2, patience: 2}
        learners:
          - {id: sm, family: SM, wait: {chunks: 1}, replay: 0.5}
          - {id: ens, family: Ens, k: 2, wait: {chunks: 2}}
        """
                .formatted(engine);
    }

    private static void publish(
            TestingBroker broker, Topics topics, TestingSlices stream, long chunk) {
        boolean whole = chunk == 0 || chunk % INCOMPLETE != 0;
        broker.publish(topics, whole ? stream.chunk(chunk) : List.of(stream.slice(chunk, 0)));
    }

    /** A chunk that misses a slice arrives after the next one has begun. */
    private static void awaitEvaluations(
            MiniCluster cluster, JobID job, TestingBroker.Counter evaluations, int chunk)
            throws Exception {
        long due = LEARNERS * (chunk % INCOMPLETE == 0 && chunk > 0 ? chunk : chunk + 1L);
        long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (evaluations.count() < due) {
            JobStatus status = cluster.getJobStatus(job).get();
            if (status.isGloballyTerminalState() || System.nanoTime() > end) {
                throw new AssertionError(
                        "%d evaluations are due, the job is %s".formatted(due, status),
                        status.isGloballyTerminalState() ? cause(cluster, job) : null);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** Why a job that has ended failed; null when it did not. */
    private static Throwable cause(MiniCluster cluster, JobID job) throws Exception {
        return cluster.requestJobResult(job).get().getSerializedThrowable().orElse(null);
    }

    /** After some checkpoints without input what has expired is gone. */
    private static void awaitCheckpoints(Path checkpoints) throws IOException {
        long first = id(newest(checkpoints));
        long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
        while (id(newest(checkpoints)) < first + QUIET_CHECKPOINTS) {
            if (System.nanoTime() > end) {
                throw new AssertionError("no further checkpoint completes");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static Sample sample(int chunks, Path checkpoints, Path models) throws IOException {
        return new Sample(
                chunks,
                heapAfterCollection(),
                resident(),
                newestCheckpoint(checkpoints),
                files(models).size());
    }

    /** The least of several: what a collection leaves may still be about to go. */
    private static long heapAfterCollection() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                        .sum()
                : 0;
    }

    private static long newestCheckpoint(Path checkpoints) throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            Path newest = newest(checkpoints);
            long bytes = files(newest).stream().mapToLong(Soak::size).sum();
            if (Files.exists(newest.resolve("_metadata"))) {
                return bytes;
            }
        }
        throw new IOException("every checkpoint goes while its size is read");
    }

    private static Path newest(Path checkpoints) throws IOException {
        return files(checkpoints).stream()
                .filter(p -> p.endsWith("_metadata"))
                .map(Path::getParent)
                .max(Comparator.comparingLong(Soak::id))
                .orElse(checkpoints.resolve("chk-0"));
    }

    private static long id(Path checkpoint) {
        return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
    }

    private static long size(Path file) {
        return Files.exists(file) ? file.toFile().length() : 0;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (UncheckedIOException e) {
            return files(folder); // something went while it was listed
        }
    }
}
