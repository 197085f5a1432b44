package org.almaflow.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.almaflow.learning.growth.Grown;
import org.almaflow.learning.growth.MixtureGrowth;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What growth must keep when a mixture runs in native products; extended by engines' tests. */
public abstract class GrowthContract {
    private static final int GROWTHS = 12;
    private static final List<Integer> COUNTS = List.of(1, 2, 7, 64, 100, 128, 256, 300);
    private static final Comparator<float[]> BITS = Arrays::compare;
    private static final OptimizerSpec ADADELTA = new OptimizerSpec.Adadelta(1.0, 0.9, 1e-6, 0);

    private Engine engine;

    /** The engine under test. */
    protected abstract EngineProvider provider();

    @BeforeEach
    void open() {
        engine = provider().open(EngineOptions.defaults());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private static Examples examples(int side, int count) {
        InputSpec input =
                new InputSpec(
                        ElementType.UINT8,
                        List.of(1, side, side),
                        List.of(0.1307f),
                        List.of(0.3081f));
        byte[] pixels = new byte[count * input.bytes()];
        SplittableRandom random = new SplittableRandom(5);
        random.nextBytes(pixels);
        int[] labels = random.ints(count, 0, 10).toArray();
        return new Examples(input, 10, ByteBuffer.wrap(pixels), labels);
    }

    private static void train(Network network, ExampleSet set, int steps) {
        int[] rows = IntStream.range(0, set.count()).toArray();
        network.resetOptimizer(ADADELTA);
        for (int i = 0; i < steps; i++) {
            network.trainStep(set, rows, 0, 100);
        }
    }

    private static List<float[]> logits(Network network, ExampleSet set) {
        List<float[]> all = new ArrayList<>();
        for (int count : COUNTS) {
            float[] logits = new float[count * 10];
            network.logits(set, 0, count, logits);
            all.add(logits);
        }
        return all;
    }

    /** Trains between splits, so that experts and gates are no longer what they were made as. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 16, 33, 47, 48, 49, 64, 65})
    void aSplitChangesNoLogitByASingleBit(int h) {
        NetworkSpec spec = MixtureMlpSpec.flat(examples(28, 0).input(), List.of(h, h), 2, 10);
        Tensors weights = Tensors.initial(spec, 1);
        SplittableRandom random = new SplittableRandom(h);
        try (ExampleSet set = engine.upload(examples(28, 300))) {
            for (int i = 0; i < GROWTHS; i++) {
                List<float[]> before;
                try (Network network = engine.network(spec)) {
                    network.load(weights);
                    train(network, set, 2);
                    before = logits(network, set);
                    weights = network.weights();
                }
                List<Integer> experts = List.of(random.nextInt(2 + i), random.nextInt(2 + i));
                Grown grown = MixtureGrowth.split(spec, weights, experts, i);
                spec = grown.spec();
                weights = grown.weights();
                try (Network network = engine.network(spec)) {
                    network.load(weights);
                    assertThat(logits(network, set)).usingElementComparator(BITS).isEqualTo(before);
                }
            }
        }
        assertThat(spec.mixtures().get(1).experts()).isEqualTo(2 + GROWTHS);
    }

    @Test
    void usageOfACopyAndItsOriginalIsThatOfTheExpertBefore() {
        NetworkSpec spec = MixtureMlpSpec.flat(examples(7, 0).input(), List.of(6, 5), 3, 10);
        Tensors weights = Tensors.initial(spec, 1);
        Grown grown = MixtureGrowth.split(spec, weights, List.of(1, 2), 7);
        double[][] before = new double[2][3];
        double[][] after = new double[2][4];
        try (ExampleSet set = engine.upload(examples(7, 500));
                Network old = engine.network(spec);
                Network now = engine.network(grown.spec())) {
            old.load(weights);
            now.load(grown.weights());
            old.addUsage(set, 10, 500, before);
            now.addUsage(set, 10, 500, after);
        }
        assertThat(before[0][0] + before[0][1] + before[0][2]).isCloseTo(490, within(1e-3));
        assertThat(after[0][0]).isEqualTo(before[0][0]);
        assertThat(after[0][1] + after[0][3]).isCloseTo(before[0][1], within(1e-3));
        assertThat(after[1][1]).isEqualTo(before[1][1]);
        assertThat(after[1][2] + after[1][3]).isCloseTo(before[1][2], within(1e-3));
    }

    /** Networks that are closed and made anew leave nothing behind, on the heap or off it. */
    @Test
    void memoryStaysFlatOverManyGrowths() throws IOException {
        try (ExampleSet set = engine.upload(examples(28, 128))) {
            grow(set, 60);
            long before = offHeap();
            grow(set, 300);
            assertThat(offHeap() - before).isLessThan(100L << 20);
        }
    }

    /** What the process holds beside the Java heap, all of which is in memory, in bytes. */
    private static long offHeap() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String resident = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
            long kibi = Long.parseLong(resident.replaceAll("\\D", ""));
            return (kibi << 10) - Runtime.getRuntime().totalMemory();
        }
    }

    /** Makes, trains and closes a network for each growth; the largest have 1.1 M parameters. */
    private void grow(ExampleSet set, int growths) {
        NetworkSpec spec = MixtureMlpSpec.flat(examples(28, 0).input(), List.of(64), 2, 10);
        Tensors weights = Tensors.initial(spec, 1);
        for (int i = 0; i < growths; i++) {
            try (Network network = engine.network(spec)) {
                network.load(weights);
                train(network, set, 1);
                weights = network.weights();
            }
            if (i < 20) {
                Grown grown = MixtureGrowth.split(spec, weights, List.of(i), i);
                spec = grown.spec();
                weights = grown.weights();
            }
        }
    }
}
