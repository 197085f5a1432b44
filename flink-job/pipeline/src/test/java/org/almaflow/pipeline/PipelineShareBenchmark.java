package org.almaflow.pipeline;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.Role;
import org.almaflow.schemas.Target;
import org.almaflow.schemas.Topics;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What the pipeline costs beside training, at the demo's scale: 50 chunks of 1,200 examples of 784
 * bytes, three learners. Argument: name of the engine, {@code testing} by default.
 */
final class PipelineShareBenchmark {
    private static final int CHUNKS = 50;
    private static final int ELEMENTS = 784;
    private static final int CLASSES = 10;
    private static final int SLICE = 600;
    private static final int INTERVAL_MILLIS = 500;
    private static final double LIMIT = 0.1;

    private PipelineShareBenchmark() {}

    @SuppressWarnings("try") // the cluster may be interrupted while it closes
    public static void main(String[] args) throws Exception {
        String engine = args.length == 0 ? "testing" : args[0];
        Path folder = Files.createTempDirectory("almaflow-share");
        InMemoryReporter reporter = InMemoryReporter.createWithRetainedMetrics();
        MiniClusterConfiguration flink =
                new MiniClusterConfiguration.Builder()
                        .setConfiguration(reporter.addToConfiguration(new Configuration()))
                        .setNumSlotsPerTaskManager(4)
                        .withRandomPorts()
                        .build();
        try (TestingBroker broker = new TestingBroker(folder.resolve("kafka"));
                MiniCluster cluster = new MiniCluster(flink)) {
            cluster.start();
            Topics topics = broker.newTopics();
            JobOptions options =
                    TestingExperiments.options(
                                    experiment(engine), broker, topics, folder.resolve("storage"))
                            .with(JobOption.CHECKPOINT_INTERVAL, "1 s");
            Experiment experiment = TestingExperiments.read(options);
            StreamExecutionEnvironment env =
                    StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
            AlmaflowJob.define(env, experiment, options);
            var graph = env.getStreamGraph().getJobGraph();
            long begun = System.nanoTime();
            cluster.submitJob(graph).get();
            publishOverTime(broker, topics);
            cluster.requestJobResult(graph.getJobID()).get();
            double wall = (System.nanoTime() - begun) / 1e9;
            AccessExecutionGraph done = cluster.getExecutionGraph(graph.getJobID()).get();
            if (report(wall, seconds(reporter), done, broker, topics) > LIMIT) {
                throw new IllegalStateException("the pipeline's share is above its limit");
            }
        }
    }

    /** One chunk after the other as the demo's producer does, somewhat faster. */
    private static void publishOverTime(TestingBroker broker, Topics topics) throws Exception {
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try {
            Iterator<List<ChunkSlice>> chunks = slices().iterator();
            CountDownLatch published = new CountDownLatch(CHUNKS + 1);
            var unused =
                    clock.scheduleAtFixedRate(
                            () -> {
                                if (chunks.hasNext()) {
                                    broker.publish(topics, chunks.next());
                                    published.countDown();
                                }
                            },
                            0,
                            INTERVAL_MILLIS,
                            TimeUnit.MILLISECONDS);
            published.await();
        } finally {
            clock.shutdownNow();
        }
    }

    private static Map<String, Double> seconds(InMemoryReporter reporter) {
        Map<String, Double> sums = new ConcurrentHashMap<>();
        reporter.getMetricsByGroup()
                .values()
                .forEach(
                        metrics ->
                                metrics.forEach(
                                        (name, metric) -> {
                                            if (name.endsWith("Nanos")
                                                    && metric instanceof Counter counter) {
                                                sums.merge(
                                                        name,
                                                        counter.getCount() / 1e9,
                                                        Double::sum);
                                            }
                                        }));
        return sums;
    }

    /** Prints the figures; returns the pipeline's share of the trainers' work. */
    private static double report(
            double wall,
            Map<String, Double> seconds,
            AccessExecutionGraph graph,
            TestingBroker broker,
            Topics topics) {
        double trained =
                broker.read(topics.evaluations(), EvaluationEvent.class).stream()
                        .filter(e -> e.getArrival() == CHUNKS)
                        .mapToDouble(EvaluationEvent::getTrainSeconds)
                        .sum();
        var summary = graph.getCheckpointStatsSnapshot().getSummaryStats();
        var duration = summary.getEndToEndDurationStats();
        double beside =
                seconds.get("assembleNanos")
                        + seconds.get("waitNanos")
                        + seconds.get("combineNanos")
                        + seconds.get("snapshotNanos");
        double share = beside / seconds.get("stepNanos");
        System.out.printf("wall %.1f s, trainSeconds of all learners %.1f s%n", wall, trained);
        seconds.forEach((name, value) -> System.out.printf("%s %.3f s%n", name, value));
        System.out.printf(
                "assemble, wait, combine, snapshot: %.1f %% of the trainers' work (load, train,"
                        + " validate, store, evaluate), needs 10 %% at most: %s%n",
                100 * share, share <= LIMIT ? "PASS" : "FAIL");
        System.out.printf("and %.1f %% of the seconds in sessions alone%n", 100 * beside / trained);
        System.out.printf(
                "checkpoints %d, end to end ms: average %d, p95 %.0f, maximum %d%n",
                duration.getCount(),
                duration.getAverage(),
                duration.getQuantile(0.95),
                duration.getMaximum());
        return share;
    }

    private static String experiment(String engine) {
        return """
        name: share
        engine: %s
        stream: {name: toy, dataset: mnist, chunks: 50}
        defaults:
          family: SM
          network: {type: mlp, hidden: [64, 64]}
          training: {batch_size: 128, max_epochs: 20, patience: 5}
        learners:
          - {id: w1, wait: {chunks: 1}}
          - {id: w2, wait: {chunks: 2}}
          - {id: w5, wait: {chunks: 5}}
        """
                .formatted(engine);
    }

    /** The slices of each chunk. */
    static List<List<ChunkSlice>> slices() {
        SplittableRandom random = new SplittableRandom(1);
        byte[][] prototypes = new byte[CLASSES][ELEMENTS];
        for (byte[] prototype : prototypes) {
            random.nextBytes(prototype);
        }
        List<List<ChunkSlice>> chunks = new ArrayList<>();
        for (long chunk = 0; chunk <= CHUNKS; chunk++) {
            int count = chunk == 0 ? 16 : 2;
            List<ChunkSlice> slices = new ArrayList<>();
            for (int slice = 0; slice < count; slice++) {
                slices.add(slice(chunk, slice, count, prototypes, random));
            }
            chunks.add(slices);
        }
        return chunks;
    }

    private static ChunkSlice slice(
            long chunk, int slice, int slices, byte[][] prototypes, SplittableRandom random) {
        ByteBuffer features = ByteBuffer.allocate(SLICE * ELEMENTS);
        ByteBuffer labels = ByteBuffer.allocate(SLICE * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < SLICE; i++) {
            int label = random.nextInt(CLASSES);
            for (int e = 0; e < ELEMENTS; e++) {
                boolean signal = random.nextInt(12) == 0;
                features.put(signal ? prototypes[label][e] : (byte) random.nextInt(256));
            }
            labels.putInt(label);
        }
        return TestingSlices.sealed(
                ChunkSlice.newBuilder()
                        .setStream(TestingSlices.STREAM)
                        .setPlan(TestingSlices.PLAN)
                        .setRole(chunk == 0 ? Role.HOLDOUT : Role.TRAIN)
                        .setChunk(chunk)
                        .setChunks(CHUNKS)
                        .setSlice(slice)
                        .setSlices(slices)
                        .setExamples(SLICE)
                        .setSpec(spec())
                        .setFeatures(features.flip())
                        .setLabels(labels.flip())
                        .setProducedAt(Instant.EPOCH)
                        .setCrc32c(0)
                        .build());
    }

    private static FeatureSpec spec() {
        return FeatureSpec.newBuilder()
                .setElementType(ElementType.UINT8)
                .setShape(List.of(1, 28, 28))
                .setTarget(Target.CLASS_LABEL)
                .setClasses(CLASSES)
                .setMean(List.of(0.1307f))
                .setStd(List.of(0.3081f))
                .build();
    }
}
