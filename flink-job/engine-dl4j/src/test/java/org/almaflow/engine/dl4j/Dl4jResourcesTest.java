package org.almaflow.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineException;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.SharedExamples;
import org.almaflow.learning.engine.Tuning;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.Tensors;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Memory, threads and repeatability: what a process sees of the engine. */
class Dl4jResourcesTest {
    private static final MlpSpec SPEC =
            new MlpSpec(
                    new InputSpec(ElementType.UINT8, List.of(1, 28, 28), List.of(), List.of()),
                    List.of(64, 64),
                    10);

    /** Prints what a test asks for by its first argument; run in processes of its own. */
    public static void main(String[] args) {
        if (args[0].equals("limit")) {
            System.out.println(refusal());
            return;
        }
        try (Engine engine = open()) {
            System.out.println(
                    switch (args[0]) {
                        case "digest" -> "digest " + digest(engine, 40);
                        case "memory" -> "growth " + growth(engine);
                        default -> "refused " + refusal(engine);
                    });
        }
    }

    private static String refusal(Engine engine) {
        try (ExampleSet set = engine.reserve(SPEC.input(), 10, 1_000_000)) {
            return "nothing, for " + set.bytes();
        } catch (EngineException e) {
            return e.getMessage();
        }
    }

    @Test
    void tooLittleMemoryIsAnsweredWithSizesAndRemedies() throws Exception {
        String limit = "-Dorg.bytedeco.javacpp.maxphysicalbytes=1G";
        assertThat(otherProcess(true, List.of("-Xmx64m", limit), "memory-limit"))
                .startsWith("refused 2994 MiB of memory for 1000000 x 785 values cannot be had")
                .contains("may hold 1024 MiB")
                .contains("'memory'")
                .contains("batch_size")
                .doesNotContain("\n");
    }

    @Test
    void enginesShareWhatHasTheSameContent() throws Exception {
        int[] reads = {0};
        Engine.Source source =
                () -> {
                    reads[0]++;
                    return examples(500);
                };
        float[] own = new float[5_000];
        float[] others = new float[5_000];
        try (Engine one = open();
                Engine two = open()) {
            ExampleSet first = one.share("hash", source);
            ExampleSet second = two.share("hash", source);
            assertThat(reads[0]).isOne();
            assertThat(SharedExamples.held()).isOne();
            try (Network network = network(one)) {
                network.logits(first, 0, 500, own);
            }
            first.close();
            first.close();
            try (Network network = network(two)) {
                network.logits(second, 0, 500, others);
            }
            assertThat(others).isEqualTo(own);
            second.close();
            assertThat(SharedExamples.held()).isZero();
            two.share("hash", source).close();
            assertThat(reads[0]).isEqualTo(2);
        }
    }

    /** What the engine counts, against what the process has more of. */
    @Test
    void theBytesOfANetworkAreThoseThatItTakes() {
        MlpSpec wide = new MlpSpec(SPEC.input(), List.of(4_000, 4_000), 10);
        try (Engine engine = open();
                ExampleSet set = engine.upload(examples(1_000))) {
            assertThat(set.bytes()).isEqualTo(1_000L * (785 + 1) * 4);
            try (Network network = engine.network(wide)) {
                network.load(Tensors.initial(wide, 1));
                network.resetOptimizer(new OptimizerSpec.Adam(0.001, 0.9, 0.999, 1e-8, 0));
                long before = network.bytes();
                // Parameters and their gradient on the device and in the heap, two moments.
                assertThat(before).isBetween(24 * wide.parameters(), 25 * wide.parameters());
                train(network, set, 1);
                long activations = 128L * 4_000 * 4;
                assertThat(network.bytes() - before).isBetween(4 * activations, 10 * activations);
            }
        }
    }

    /** What an engine says that may take 64 MiB, after it has used and freed more than that. */
    private static String refusal() {
        EngineOptions options = new EngineOptions(1, 0, 64L << 20);
        try (Engine engine = new Dl4jEngineProvider().open(options)) {
            for (int i = 0; i < 8; i++) {
                engine.upload(examples(10_000)).close(); // 30 MiB
            }
            engine.upload(examples(30_000)).close();
            return "not refused";
        } catch (EngineException e) {
            return e.getMessage();
        }
    }

    private static long growth(Engine engine) {
        try (ExampleSet set = engine.upload(examples(1_000));
                Network network = network(engine)) {
            train(network, set, 2_000);
            long before = Pointer.physicalBytes();
            train(network, set, 5_000);
            return Pointer.physicalBytes() - before;
        }
    }

    @Test
    void twoProcessesComputeTheSameBits() throws Exception {
        String here;
        try (Engine engine = open()) {
            here = "digest " + digest(engine, 40);
        }
        assertThat(otherProcess(true, List.of("-Xmx256m"), "digest")).isEqualTo(here);
        // Without the variable it is the engine that limits the threads.
        assertThat(otherProcess(false, List.of("-Xmx256m"), "digest")).isEqualTo(here);
    }

    @Test
    void memoryDoesNotGrowWithSteps() throws Exception {
        // A heap that is in memory from the start leaves only native memory to grow.
        String output =
                otherProcess(true, List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch"), "memory");
        assertThat(output).startsWith("growth ");
        assertThat(Long.parseLong(output.substring(7))).isLessThan(20L << 20);
    }

    @Test
    void closingFreesMemoryAtOnce() {
        try (Engine engine = open()) {
            engine.upload(examples(20_000)).close();
            long before = Pointer.physicalBytes();
            for (int i = 0; i < 20; i++) {
                try (ExampleSet set = engine.upload(examples(20_000));
                        Network network = network(engine)) {
                    train(network, set, 2);
                }
            }
            // Each set takes 60 MiB.
            assertThat(Pointer.physicalBytes() - before).isLessThan(400L << 20);
        }
    }

    @Test
    void arraysBeyondTheNativeMemoryAreRefused() throws Exception {
        assertThat(otherProcess(true, List.of("-Xmx256m"), "limit"))
                .startsWith("89 MiB of memory for 30000 x 785 values cannot be had")
                .contains("or raise --native-memory (now 64 MiB)");
    }

    @Test
    void tellsWhatArraysHold() {
        try (Engine engine = open()) {
            long before = engine.nativeBytes();
            ExampleSet set = engine.reserve(SPEC.input(), 10, 10_000);
            assertThat(engine.nativeBytes() - before).isGreaterThanOrEqualTo(10_000L * 785 * 4);
            set.close();
            assertThat(engine.nativeBytes() - before).isLessThan(10_000L * 785 * 4);
        }
    }

    @Test
    void anotherNativeMemoryIsRefused() {
        try (Engine engine = open()) {
            assertThat(engine.description()).contains("CPU");
            EngineOptions other = new EngineOptions(1, 0, 64L << 20);
            assertThatThrownBy(() -> new Dl4jEngineProvider().open(other))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("any amount of native memory")
                    .hasMessageContaining("64 MiB");
        }
    }

    @Test
    void anotherNumberOfThreadsIsRefused() {
        try (Engine engine = open()) {
            assertThat(engine.description()).isEqualTo("dl4j (CPU, 1 thread)");
            assertThatThrownBy(() -> new Dl4jEngineProvider().open(new EngineOptions(2, 0)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("1 thread");
        }
    }

    @Test
    void theNextEngineMayHaveAnotherNumberOfThreadsAndAnotherLimit() {
        for (int threads : new int[] {2, 1, 2}) {
            try (Engine engine = new Dl4jEngineProvider().open(new EngineOptions(threads, 0))) {
                assertThat(engine.description()).contains(threads + " thread");
                assertThat(Nd4j.getEnvironment().maxMasterThreads())
                        .isEqualTo(Math.min(threads, Nd4j.getEnvironment().maxThreads()));
                assertThat(Nd4j.factory().blas().getMaxThreads()).isEqualTo(threads);
                assertThat(NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads())
                        .isEqualTo(threads);
            }
        }
        assertThat(refusal()).contains("or raise --native-memory (now 64 MiB)");
        try (Engine free = open();
                ExampleSet set = free.upload(examples(30_000))) {
            assertThat(set.count()).isEqualTo(30_000);
        }
    }

    @Test
    void tuningIsRefused() {
        EngineOptions tuned = new EngineOptions(1, 0, 0, Set.of(Tuning.BF16));
        assertThatThrownBy(() -> new Dl4jEngineProvider().open(tuned))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("engine torch");
    }

    @Test
    void aDeviceThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> new Dl4jEngineProvider().open(EngineOptions.defaults().onGpu()))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "a GPU is asked for, and the class path has ND4J for processors alone; use"
                                + " the lib folder dl4j-cuda, or leave --gpu out");
        assertThatThrownBy(() -> new Dl4jEngineProvider().open(new EngineOptions(1, 7)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("no device 7");
    }

    private static Engine open() {
        return new Dl4jEngineProvider().open(EngineOptions.defaults());
    }

    private static Network network(Engine engine) {
        Network network = engine.network(SPEC);
        network.load(Tensors.initial(SPEC, 1));
        network.resetOptimizer(new OptimizerSpec.Adadelta(1.0, 0.9, 1e-6, 0));
        return network;
    }

    private static int digest(Engine engine, int steps) {
        try (ExampleSet set = engine.upload(examples(1_000));
                Network network = network(engine)) {
            train(network, set, steps);
            return Arrays.hashCode(network.weights().flat(SPEC));
        }
    }

    private static void train(Network network, ExampleSet set, int steps) {
        int[] rows = IntStream.range(0, set.count()).toArray();
        for (int step = 0; step < steps; step++) {
            int from = step * 128 % (rows.length - 128);
            network.trainStep(set, rows, from, from + (step % 9 == 8 ? 57 : 128));
        }
    }

    private static Examples examples(int count) {
        byte[] pixels = new byte[count * SPEC.input().bytes()];
        new SplittableRandom(2).nextBytes(pixels);
        int[] labels = new SplittableRandom(3).ints(count, 0, 10).toArray();
        return new Examples(SPEC.input(), 10, ByteBuffer.wrap(pixels), labels);
    }

    private static String otherProcess(boolean withVariable, List<String> options, String argument)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Dl4jResourcesTest.class.getName());
        command.add(argument);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("OMP_NUM_THREADS");
        if (withVariable) {
            builder.environment().put("OMP_NUM_THREADS", "1");
        }
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output.strip();
    }
}
