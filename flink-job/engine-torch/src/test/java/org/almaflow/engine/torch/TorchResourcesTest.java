package org.almaflow.engine.torch;

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
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.TransformerSpec;
import org.almaflow.learning.network.VggSpec;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Memory, threads, tuning and repeatability: what a process sees of the engine. */
class TorchResourcesTest {
    private static final InputSpec CIFAR =
            new InputSpec(ElementType.UINT8, List.of(3, 32, 32), List.of(), List.of());
    private static final MlpSpec MLP = new MlpSpec(CIFAR, List.of(64, 64), 10);
    private static final VggSpec VGG = VggSpec.plain(CIFAR, 4, 10);
    private static final TransformerSpec TEXT =
            new TransformerSpec(
                    new InputSpec(ElementType.TOKEN, List.of(33), List.of(), List.of()),
                    10,
                    2,
                    32,
                    4,
                    64,
                    0.1,
                    List.of(3));
    private static final List<NetworkSpec> NETWORKS = List.of(MLP, VGG, TEXT);

    /** Prints what a test asks for by its first argument; run in processes of its own. */
    public static void main(String[] args) {
        switch (args[0]) {
            case "limit" -> System.out.println(refusal());
            case "digest" -> System.out.println("digest " + digest());
            default -> System.out.println("growth " + growth());
        }
    }

    @Test
    void memoryDoesNotGrowWithSteps() throws Exception {
        // A heap that is in memory from the start leaves only native memory to grow.
        String output =
                otherProcess(true, List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch"), "growth");
        assertThat(output).startsWith("growth ");
        assertThat(Long.parseLong(output.substring(7))).isLessThan(20L << 20);
    }

    private static long growth() {
        try (Engine engine = open();
                ExampleSet set = engine.upload(examples(500));
                Network network = network(engine, MLP)) {
            train(network, set, 2_000);
            long before = Pointer.physicalBytes();
            train(network, set, 4_000);
            return Pointer.physicalBytes() - before;
        }
    }

    /** Fewer are right: the garbage collector may find what others have left. */
    @Test
    void everyNativeObjectOfAStepIsFreedAtItsEnd() {
        try (Engine engine = open()) {
            for (NetworkSpec spec : NETWORKS) {
                try (ExampleSet set = engine.upload(examples(spec.input(), 500));
                        Network network = network(engine, spec)) {
                    train(network, set, 1);
                    long before = Pointer.totalCount();
                    train(network, set, 3);
                    predict(network, set);
                    network.optimizerState();
                    network.weights();
                    assertThat(Pointer.totalCount()).isLessThanOrEqualTo(before);
                }
            }
        }
    }

    @Test
    void twoProcessesComputeTheSameBits() throws Exception {
        String here = "digest " + digest();
        assertThat(otherProcess(true, List.of("-Xmx256m"), "digest")).isEqualTo(here);
        // Without the variable it is the engine that limits the threads.
        assertThat(otherProcess(false, List.of("-Xmx256m"), "digest")).isEqualTo(here);
    }

    private static int digest() {
        int digest = 0;
        try (Engine engine = open()) {
            for (NetworkSpec spec : NETWORKS) {
                try (ExampleSet set = engine.upload(examples(spec.input(), 500));
                        Network network = network(engine, spec)) {
                    train(network, set, 5);
                    digest = 31 * digest + Arrays.hashCode(network.weights().flat(spec));
                }
            }
        }
        return digest;
    }

    @Test
    void valuesBeyondTheNativeMemoryAreRefused() throws Exception {
        assertThat(otherProcess(true, List.of("-Xmx512m"), "limit"))
                .startsWith("117 MiB of memory for values of shape [10000, 3072] cannot be had")
                .contains("'memory'")
                .contains("batch_size")
                .contains("or raise --native-memory (now 64 MiB)")
                .doesNotContain("\n");
    }

    /** What an engine says that may take 64 MiB, after it has used and freed more than that. */
    private static String refusal() {
        try (Engine engine = new TorchEngineProvider().open(new EngineOptions(1, 0, 64L << 20))) {
            for (int i = 0; i < 8; i++) {
                engine.upload(examples(2_000)).close(); // 23 MiB
            }
            engine.upload(examples(10_000)).close();
            return "not refused";
        } catch (EngineException e) {
            return e.getMessage();
        }
    }

    @Test
    void countsWhatIsHeldAndClosingFreesItAtOnce() {
        try (Engine engine = open()) {
            long before = engine.nativeBytes();
            for (int i = 0; i < 20; i++) {
                try (ExampleSet set = engine.upload(examples(5_000));
                        Network network = network(engine, MLP)) {
                    train(network, set, 2);
                    long values = 4L * (5_000 * 3072 + 4 * MLP.parameters());
                    assertThat(engine.nativeBytes() - before).isBetween(values, values * 11 / 10);
                    assertThat(network.bytes()).isGreaterThan(4 * 4 * MLP.parameters());
                }
                assertThat(engine.nativeBytes()).isEqualTo(before);
            }
        }
    }

    @Test
    void releaseForgetsWhatStepsTook() {
        try (Engine engine = open();
                ExampleSet set = engine.upload(examples(500));
                Network network = network(engine, VGG)) {
            long before = network.bytes();
            train(network, set, 1);
            assertThat(network.bytes() - before).isGreaterThan(128L * 32 * 32 * 4 * 4);
            network.release();
            assertThat(network.bytes()).isEqualTo(before);
        }
    }

    @Test
    void enginesShareWhatHasTheSameContent() throws Exception {
        int[] reads = {0};
        Engine.Source source =
                () -> {
                    reads[0]++;
                    return examples(100);
                };
        float[] own = new float[1_000];
        float[] others = new float[1_000];
        try (Engine one = open();
                Engine two = open()) {
            long before = one.nativeBytes();
            ExampleSet first = one.share("hash", source);
            ExampleSet second = two.share("hash", source);
            assertThat(reads[0]).isOne();
            try (Network network = network(one, MLP)) {
                network.logits(first, 0, 100, own);
            }
            first.close();
            first.close();
            try (Network network = network(two, MLP)) {
                network.logits(second, 0, 100, others);
            }
            assertThat(others).isEqualTo(own);
            second.close();
            assertThat(SharedExamples.held()).isZero();
            assertThat(one.nativeBytes()).isEqualTo(before);
        }
    }

    /** Real bfloat16, on the processor: close to float32, and not the same. */
    @Test
    void tuningIsCloseToWithout() {
        float[] exact = predicted(VGG, Set.of());
        assertClose(predicted(VGG, Set.of(Tuning.CHANNELS_LAST)), exact, 1e-3f);
        assertClose(predicted(VGG, Set.of(Tuning.BF16)), exact, 0.3f);
        assertThat(predicted(VGG, Set.of(Tuning.BF16))).isNotEqualTo(exact);
        // Of experts a token may go to another one: those would differ by more.
        TransformerSpec dense = TEXT.withExperts(List.of());
        float[] text = predicted(dense, Set.of());
        assertClose(predicted(dense, Set.of(Tuning.BF16)), text, 0.1f);
        assertThat(predicted(dense, Set.of(Tuning.BF16))).isNotEqualTo(text);
    }

    private static void assertClose(float[] values, float[] exact, float distance) {
        for (int i = 0; i < exact.length; i++) {
            assertThat(Math.abs(values[i] - exact[i])).isLessThan(distance);
        }
    }

    private static float[] predicted(NetworkSpec spec, Set<Tuning> tuning) {
        try (Engine engine = new TorchEngineProvider().open(new EngineOptions(1, 0, 0, tuning));
                ExampleSet set = engine.upload(examples(spec.input(), 100));
                Network network = network(engine, spec)) {
            int[] rows = IntStream.range(0, 100).toArray();
            network.resetOptimizer(new OptimizerSpec.Sgd(0.01, 0.9, true, 1e-4));
            assertThat(network.trainStep(set, rows, 0, 100)).isBetween(150.0, 400.0);
            return predict(network, set);
        }
    }

    private static float[] predict(Network network, ExampleSet set) {
        boolean tokens = set.input().tokens();
        float[] predicted = new float[set.count() * (tokens ? set.input().targets() : 10)];
        if (tokens) {
            network.targets(set, 0, set.count(), predicted);
        } else {
            network.logits(set, 0, set.count(), predicted);
        }
        return predicted;
    }

    @Test
    void anotherNumberOfThreadsOrNativeMemoryIsRefused() {
        try (Engine engine = open()) {
            assertThat(engine.description()).isEqualTo("torch (CPU, 1 thread)");
            assertThatThrownBy(() -> new TorchEngineProvider().open(new EngineOptions(2, 0)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("1 thread");
            EngineOptions other = new EngineOptions(1, 0, 64L << 20);
            assertThatThrownBy(() -> new TorchEngineProvider().open(other))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("any amount of native memory")
                    .hasMessageContaining("64 MiB");
        }
    }

    @Test
    void theNextEngineMayHaveAnotherNumberOfThreads() {
        for (int threads : new int[] {2, 1, 2}) {
            try (Engine engine = new TorchEngineProvider().open(new EngineOptions(threads, 0))) {
                assertThat(engine.description()).contains(threads + " thread");
                assertThat(torch.get_num_threads()).isEqualTo(threads);
                assertThat(openblas_nolapack.blas_get_num_threads()).isEqualTo(threads);
            }
        }
    }

    @Test
    void aDeviceThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> new TorchEngineProvider().open(EngineOptions.defaults().onGpu()))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "a GPU is asked for, and the class path has LibTorch for processors alone;"
                                + " use the lib folder torch-cuda, or leave --gpu out");
        assertThatThrownBy(() -> new TorchEngineProvider().open(new EngineOptions(1, 7)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("no device 7");
    }

    private static Engine open() {
        return new TorchEngineProvider().open(EngineOptions.defaults());
    }

    private static Network network(Engine engine, NetworkSpec spec) {
        Network network = engine.network(spec);
        network.load(Tensors.initial(spec, 1));
        network.resetOptimizer(new OptimizerSpec.Adadelta(1.0, 0.9, 1e-6, 0));
        return network;
    }

    private static void train(Network network, ExampleSet set, int steps) {
        int[] rows = IntStream.range(0, set.count()).toArray();
        for (int step = 0; step < steps; step++) {
            int from = step * 128 % (rows.length - 128);
            network.trainStep(set, rows, from, from + (step % 9 == 8 ? 57 : 128));
        }
    }

    private static Examples examples(int count) {
        return examples(CIFAR, count);
    }

    /** Random pixels or tokens, of ten classes. */
    private static Examples examples(InputSpec input, int count) {
        byte[] bytes = new byte[count * input.bytes()];
        SplittableRandom random = new SplittableRandom(2);
        if (input.tokens()) {
            for (int i = 0; i < bytes.length; i += Integer.BYTES) {
                bytes[i] = (byte) random.nextInt(10);
            }
        } else {
            random.nextBytes(bytes);
        }
        int[] labels = new SplittableRandom(3).ints(count, 0, 10).toArray();
        return new Examples(input, 10, ByteBuffer.wrap(bytes), labels);
    }

    private static String otherProcess(boolean withVariable, List<String> options, String argument)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(TorchResourcesTest.class.getName());
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
