package org.almaflow.pipeline;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.Role;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.Target;
import org.almaflow.schemas.Topics;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Checkpoints of a job that trains, for networks of several sizes: their duration, how long Train
 * was not reached by their barrier, the synchronous and asynchronous part, and the size of Train's
 * state in the middle of a session and between sessions. Arguments: name of the engine, and
 * optionally a part of the rows' names to run only those.
 */
final class CheckpointBenchmark {
    private static final int CLASSES = 10;
    private static final int SLICE = 200;
    private static final int CHUNK_SLICES = 6;
    private static final int HOLDOUT_SLICES = 10;

    /**
     * A row of the table.
     *
     * @param learner keys of the learner in YAML
     * @param required whether the requirement is for this row
     */
    private record Row(
            String name, String learner, List<Integer> shape, int chunks, boolean required) {
        String id() {
            return name.replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT);
        }
    }

    private static final List<Integer> GREY = List.of(1, 28, 28);
    private static final List<Row> ROWS =
            List.of(
                    new Row(
                            "MLP h=64",
                            "family: SM, network: {type: mlp, hidden: [64, 64]},"
                                    + " training: {max_epochs: 200, patience: 200}",
                            GREY,
                            2,
                            true),
                    new Row(
                            "MLP 10 M parameters",
                            "family: SM, network: {type: mlp, hidden: [2048, 2048, 2048]},"
                                    + " training: {max_epochs: 3, patience: 3}",
                            GREY,
                            2,
                            true),
                    new Row(
                            "gMoE h=64, 11 experts",
                            "family: gMoE, experts: 11, network: {type: mlp, hidden: [64, 64]},"
                                    + " training: {max_epochs: 30, patience: 30}",
                            GREY,
                            2,
                            true),
                    new Row(
                            "gEns h=64, 10 networks",
                            "family: gEns, network: {type: mlp, hidden: [64, 64]},"
                                    + " training: {max_epochs: 30, patience: 30}",
                            GREY,
                            10,
                            true),
                    new Row(
                            "VGG c=16",
                            "family: SM, network: {type: vgg, channels: 16},"
                                    + " training: {max_epochs: 3, patience: 3}",
                            List.of(3, 32, 32),
                            2,
                            false));

    private final TestingBroker broker;
    private final MiniCluster cluster;
    private final InMemoryReporter metrics;
    private final Path storage;

    private CheckpointBenchmark(
            TestingBroker broker, MiniCluster cluster, InMemoryReporter metrics, Path storage) {
        this.broker = broker;
        this.cluster = cluster;
        this.metrics = metrics;
        this.storage = storage;
    }

    @SuppressWarnings("try") // the cluster may be interrupted while it closes
    public static void main(String[] args) throws Exception {
        String engine = args.length == 0 ? "testing" : args[0];
        String part = args.length < 2 ? "" : args[1];
        Path folder = Files.createTempDirectory("almaflow-checkpoint");
        InMemoryReporter metrics = InMemoryReporter.createWithRetainedMetrics();
        Configuration configuration = metrics.addToConfiguration(new Configuration());
        configuration.set(WebOptions.CHECKPOINTS_HISTORY_SIZE, 10_000);
        MiniClusterConfiguration flink =
                new MiniClusterConfiguration.Builder()
                        .setConfiguration(configuration)
                        .withRandomPorts()
                        .build();
        boolean passed = true;
        System.out.println(CheckpointFigures.header());
        try (TestingBroker broker = new TestingBroker(folder.resolve("kafka"));
                MiniCluster cluster = new MiniCluster(flink)) {
            cluster.start();
            var benchmark =
                    new CheckpointBenchmark(broker, cluster, metrics, folder.resolve("storage"));
            for (Row row : ROWS) {
                if (row.name().contains(part)) {
                    CheckpointFigures figures = benchmark.run(row, engine);
                    System.out.println(figures.line(row.name(), row.required()));
                    passed &= !row.required() || figures.withinLimit();
                }
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
            }
        }
        if (!passed) {
            throw new IllegalStateException("a checkpoint took longer than it may");
        }
    }

    private CheckpointFigures run(Row row, String engine) throws Exception {
        Topics topics = broker.newTopics();
        JobOptions options =
                TestingExperiments.options(experiment(row, engine), broker, topics, storage);
        broker.publish(topics, slices(row));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        AlmaflowJob.define(env, TestingExperiments.read(options), options);
        var graph = env.getStreamGraph().getJobGraph();
        cluster.submitJob(graph).get();
        var unused =
                cluster.requestJobResult(graph.getJobID())
                        .get()
                        .toJobExecutionResult(CheckpointBenchmark.class.getClassLoader());
        return CheckpointFigures.of(
                cluster.getExecutionGraph(graph.getJobID()).get(),
                broker.read(topics.sessions(), SessionEvent.class),
                step(row.id()));
    }

    /** Mean duration of a learner's steps, ms. */
    private double step(String learner) {
        double[] sums = new double[2];
        metrics.getMetricsByGroup()
                .forEach(
                        (group, all) -> {
                            if (learner.equals(group.getAllVariables().get("<learner>"))
                                    && all.get("stepNanos") instanceof Counter nanos
                                    && all.get("steps") instanceof Counter steps) {
                                sums[0] += nanos.getCount() / 1e6;
                                sums[1] += steps.getCount();
                            }
                        });
        return sums[0] / sums[1];
    }

    private static String experiment(Row row, String engine) {
        return """
        name: checkpoint
        engine: %s
        stream: {name: toy, dataset: mnist, chunks: %d}
        learners:
          - {id: %s, wait: {chunks: 1}, %s}
        """
                .formatted(engine, row.chunks(), row.id(), row.learner());
    }

    private static List<ChunkSlice> slices(Row row) {
        SplittableRandom random = new SplittableRandom(1);
        List<ChunkSlice> slices = new ArrayList<>();
        for (long chunk = 0; chunk <= row.chunks(); chunk++) {
            int count = chunk == 0 ? HOLDOUT_SLICES : CHUNK_SLICES;
            for (int slice = 0; slice < count; slice++) {
                slices.add(slice(row, chunk, slice, count, random));
            }
        }
        return slices;
    }

    private static ChunkSlice slice(
            Row row, long chunk, int slice, int slices, SplittableRandom random) {
        int elements = row.shape().stream().reduce(1, Math::multiplyExact);
        byte[] features = new byte[SLICE * elements];
        random.nextBytes(features);
        ByteBuffer labels = ByteBuffer.allocate(SLICE * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < SLICE; i++) {
            int label = random.nextInt(CLASSES);
            Arrays.fill(features, i * elements, i * elements + elements / 2, (byte) (label * 25));
            labels.putInt(label);
        }
        return TestingSlices.sealed(
                ChunkSlice.newBuilder()
                        .setStream(TestingSlices.STREAM)
                        .setPlan(TestingSlices.PLAN)
                        .setRole(chunk == 0 ? Role.HOLDOUT : Role.TRAIN)
                        .setChunk(chunk)
                        .setChunks(row.chunks())
                        .setSlice(slice)
                        .setSlices(slices)
                        .setExamples(SLICE)
                        .setSpec(spec(row.shape()))
                        .setFeatures(ByteBuffer.wrap(features))
                        .setLabels(labels.flip())
                        .setProducedAt(Instant.EPOCH)
                        .setCrc32c(0)
                        .build());
    }

    private static FeatureSpec spec(List<Integer> shape) {
        int channels = shape.get(0);
        return FeatureSpec.newBuilder()
                .setElementType(ElementType.UINT8)
                .setShape(shape)
                .setTarget(Target.CLASS_LABEL)
                .setClasses(CLASSES)
                .setMean(Collections.nCopies(channels, 0.5f))
                .setStd(Collections.nCopies(channels, 0.3f))
                .build();
    }
}
