package org.almaflow.pipeline.predict;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.almaflow.learning.member.ModelWriter.ModelRef;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkJson;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.Tensors;
import org.almaflow.pipeline.TestingBroker;
import org.almaflow.pipeline.store.ModelStore;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.ModelChoice;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Target;
import org.almaflow.schemas.Topics;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Requests of one MNIST example each, from Kafka to Kafka, read committed. The broker and who asks
 * are in this process; the predictor is a process of its own, which runs on one core where there is
 * {@code taskset}, and which is killed at the end. Latency counts from when a request was due, so
 * that a stall is counted against all that wait for it.
 */
final class PredictBenchmark {
    private static final int REQUIRED_RATE = 20_000;
    private static final double REQUIRED_LATENCY = 50;
    private static final double REQUIRED_SWAP = 1_000;
    private static final int BURST = 300_000;
    private static final int PARTITIONS = 4;

    /** How long a request waits at the caller's to be sent with others; latency counts it. */
    private static final int CALLER_LINGER_MILLIS = 2;

    /** Seconds at the rate of the measurement before it: some methods are only then compiled. */
    private static final int SETTLE = 20;

    private static final InputSpec INPUT =
            new InputSpec(
                    ElementType.UINT8, List.of(1, 28, 28), List.of(0.1307f), List.of(0.3081f));
    private static final MlpSpec NETWORK = new MlpSpec(INPUT, List.of(64, 64), 10);

    private final TestingBroker broker;
    private final KafkaProducer<byte[], byte[]> caller;
    private final Path folder;
    private final Topics topics;
    private final Answers answers;
    private final RecordCodec<PredictRequest> codec = RecordCodec.of(PredictRequest.class);
    private final byte[][] examples = new byte[256][INPUT.bytes()];
    private int asked;
    private Process predictor;

    private PredictBenchmark(TestingBroker broker, Path folder) {
        this.broker = broker;
        this.folder = folder;
        this.topics = broker.newTopics();
        this.caller =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "linger.ms",
                                CALLER_LINGER_MILLIS),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        this.answers = new Answers(broker.bootstrapServers(), topics.predictResponses());
        SplittableRandom random = new SplittableRandom(1);
        for (byte[] example : examples) {
            random.nextBytes(example);
        }
    }

    /** Without arguments everything; {@code serve BROKER PREFIX} is the predictor. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            serve(args[1], args[2]);
            return;
        }
        Path folder = Files.createTempDirectory("almaflow-predict");
        boolean passed;
        try (TestingBroker broker = new TestingBroker(folder.resolve("kafka"))) {
            passed = new PredictBenchmark(broker, folder).run();
        } finally {
            FileUtils.deleteDirectoryQuietly(folder.toFile());
        }
        System.exit(passed ? 0 : 1);
    }

    private static void serve(String brokers, String prefix) throws Exception {
        PredictOptions options =
                PredictOptions.of(brokers).with(PredictOption.TOPIC_PREFIX, prefix);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        PredictJob.define(env, options);
        env.execute(PredictJob.name(options));
    }

    private boolean run() throws Exception {
        publish(1);
        start();
        try {
            burst(60_000); // warm-up
            boolean rate = throughput();
            boolean latency = latency();
            boolean swap = swap();
            boolean killed = kill();
            return rate && latency && swap && killed;
        } finally {
            predictor.destroyForcibly().waitFor();
            answers.close();
            caller.close();
        }
    }

    private boolean throughput() throws Exception {
        double seconds = burst(BURST);
        double rate = BURST / seconds;
        return report(
                rate >= REQUIRED_RATE,
                "throughput: %,d requests in %.1f s: %,.0f /s, needs %,d /s",
                BURST,
                seconds,
                rate,
                REQUIRED_RATE);
    }

    /** Seconds from the first request to the last answer. */
    private double burst(int count) throws Exception {
        long begun = System.nanoTime();
        for (int i = 0; i < count; i++) {
            ask(System.nanoTime());
        }
        caller.flush();
        answers.await(asked, Duration.ofMinutes(3));
        return (System.nanoTime() - begun) / 1e9;
    }

    private boolean latency() throws Exception {
        steady(REQUIRED_RATE / 2, SETTLE, () -> {});
        int from = asked;
        steady(REQUIRED_RATE / 2, 20, () -> {});
        answers.await(asked, Duration.ofMinutes(1));
        double[] millis = answers.millis(from, asked);
        Arrays.sort(millis);
        double p99 = millis[(int) Math.ceil(0.99 * millis.length) - 1];
        return report(
                p99 <= REQUIRED_LATENCY,
                "latency at %,d /s: median %.1f ms, p99 %.1f ms, p99.9 %.1f ms, most %.1f ms, needs"
                        + " p99 of %.0f ms",
                REQUIRED_RATE / 2,
                millis[millis.length / 2],
                p99,
                millis[(int) Math.ceil(0.999 * millis.length) - 1],
                millis[millis.length - 1],
                REQUIRED_LATENCY);
    }

    private boolean swap() throws Exception {
        long[] published = new long[1];
        steady(
                1000,
                3,
                () -> {
                    publish(2);
                    published[0] = System.nanoTime();
                });
        answers.await(asked, Duration.ofMinutes(1));
        double millis = (answers.firstOfVersion(2) - published[0]) / 1e6;
        return report(
                millis <= REQUIRED_SWAP,
                "a new snapshot answers after %.0f ms, needs %.0f ms",
                millis,
                REQUIRED_SWAP);
    }

    private boolean kill() throws Exception {
        int from = asked;
        steady(
                REQUIRED_RATE / 4,
                6,
                () -> {
                    predictor.destroyForcibly();
                    start();
                });
        answers.await(asked, Duration.ofMinutes(2));
        // What would be answered twice is answered a moment later.
        answers.await(asked + 1, Duration.ofSeconds(5));
        int lost = answers.missing(asked);
        int twice = answers.twice();
        return report(
                lost == 0 && twice == 0,
                "kill -9 under %,d requests: %d lost, %d answered twice, needs 0 and 0",
                asked - from,
                lost,
                twice);
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    /** Asks at a fixed rate and does something in the middle. */
    private void steady(int rate, int seconds, Action middle) throws Exception {
        long begun = System.nanoTime();
        int count = rate * seconds;
        for (int i = 0; i < count; i++) {
            long due = begun + i * TimeUnit.SECONDS.toNanos(1) / rate;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            if (i == count / 2) {
                middle.run();
            }
            ask(due);
        }
        caller.flush();
    }

    private void ask(long due) {
        answers.expect(asked, due);
        PredictRequest request =
                PredictRequest.newBuilder()
                        .setId(Integer.toString(asked))
                        .setLearner("mlp")
                        .setChoice(ModelChoice.NEWEST)
                        .setElementType(org.almaflow.schemas.ElementType.UINT8)
                        .setShape(INPUT.shape())
                        .setExamples(1)
                        .setFeatures(ByteBuffer.wrap(examples[asked % examples.length]))
                        .setAt(Instant.EPOCH)
                        .build();
        String key = "caller-" + asked % (4 * PARTITIONS);
        var unused =
                caller.send(
                        new ProducerRecord<>(
                                topics.predictRequests(),
                                key.getBytes(StandardCharsets.UTF_8),
                                codec.encode(request)));
        asked++;
    }

    private void publish(long version) throws IOException {
        byte[] model =
                Safetensors.write(
                        new Safetensors.Model(NETWORK, Tensors.initial(NETWORK, version)));
        URI store = folder.resolve("store").toUri();
        ModelRef ref = new ModelStore(store, "bench").store("mlp", 0, model);
        SnapshotEvent event =
                SnapshotEvent.newBuilder()
                        .setRun("bench")
                        .setExperiment("bench")
                        .setStream("mnist")
                        .setLearner("mlp")
                        .setFamily("SM")
                        .setVersion(version)
                        .setSession(version)
                        .setSpec(spec())
                        .setMembers(
                                List.of(
                                        new ModelFile(
                                                0,
                                                ref.path(),
                                                ref.sha256(),
                                                ref.bytes(),
                                                NetworkJson.write(NETWORK))))
                        .setLineage(List.of())
                        .setParameters(NETWORK.parameters())
                        .setValidationAccuracy(0.5)
                        .setAt(Instant.ofEpochMilli(version))
                        .build();
        broker.send(topics.snapshots(), "mlp", RecordCodec.of(SnapshotEvent.class), event);
        broker.flush();
    }

    private static FeatureSpec spec() {
        return FeatureSpec.newBuilder()
                .setElementType(org.almaflow.schemas.ElementType.UINT8)
                .setShape(INPUT.shape())
                .setTarget(Target.CLASS_LABEL)
                .setClasses(10)
                .setMean(INPUT.mean())
                .setStd(INPUT.std())
                .build();
    }

    private void start() throws IOException {
        int core = Runtime.getRuntime().availableProcessors() - 1;
        List<String> command = new ArrayList<>();
        if (new File("/usr/bin/taskset").canExecute()) {
            command.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        command.addAll(
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx1g",
                        "-XX:+UseParallelGC",
                        "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PredictBenchmark.class.getName(),
                        "serve",
                        broker.bootstrapServers(),
                        topics.prefix()));
        predictor =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve("predictor.log").toFile()))
                        .start();
    }

    @SuppressWarnings("AnnotateFormatMethod") // the format is this class's own
    private static boolean report(boolean passed, String format, Object... values) {
        System.out.println(format.formatted(values) + ": " + (passed ? "PASS" : "FAIL"));
        return passed;
    }
}
