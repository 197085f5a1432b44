package org.almaflow.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.OptimizerSpec.Adam;
import org.almaflow.learning.engine.OptimizerSpec.Sgd;
import org.almaflow.learning.growth.MixtureGrowth;
import org.almaflow.learning.growth.SwitchGrowth;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.TransformerSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an engine that runs transformers must do, beside {@link EngineContract}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class TransformerContract {
    private static final int VOCABULARY = 7;
    private static final InputSpec FIVE =
            new InputSpec(ElementType.TOKEN, List.of(6), List.of(), List.of());
    private static final InputSpec NINE =
            new InputSpec(ElementType.TOKEN, List.of(9), List.of(), List.of());
    private static final InputSpec ONE =
            new InputSpec(ElementType.TOKEN, List.of(2), List.of(), List.of());

    /** Dense and with experts, with and without dropout, of one position and of several. */
    static List<TransformerSpec> networks() {
        return List.of(
                new TransformerSpec(FIVE, VOCABULARY, 1, 6, 2, 5, 0, List.of()),
                new TransformerSpec(FIVE, VOCABULARY, 2, 4, 1, 7, 0.3, List.of()),
                new TransformerSpec(ONE, VOCABULARY, 1, 4, 4, 3, 0, List.of()),
                new TransformerSpec(FIVE, VOCABULARY, 2, 6, 3, 5, 0, List.of(2)),
                new TransformerSpec(FIVE, VOCABULARY, 3, 4, 2, 3, 0.2, List.of(3)),
                new TransformerSpec(FIVE, VOCABULARY, 4, 4, 2, 3, 0, List.of(1, 2)));
    }

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

    @ParameterizedTest
    @MethodSource("networks")
    void targetsHaveTheProbabilitiesOfTheDefinition(TransformerSpec spec) {
        List<int[]> sequences = sequences(spec, 19, 1);
        Tensors weights = weights(spec, 2);
        double[] parameters = doubles(weights.flat(spec));
        int each = spec.positions();
        float[] actual = new float[17 * each];
        int wrong;
        try (ExampleSet set = engine.upload(examples(spec, sequences));
                Network network = engine.network(spec)) {
            network.load(weights);
            wrong = network.targets(set, 2, 19, actual);
        }
        ReferenceTransformer reference = new ReferenceTransformer(spec);
        for (int s = 2; s < 19; s++) {
            double[] expected = reference.targets(parameters, sequences.get(s));
            for (int t = 0; t < each; t++) {
                assertThat((double) actual[(s - 2) * each + t])
                        .isCloseTo(expected[t], within(2e-5));
            }
        }
        long unlikely =
                IntStream.range(0, actual.length).filter(i -> actual[i] < Math.log(0.5)).count();
        assertThat((long) wrong).isBetween(1L, unlikely);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void oneStepFollowsCentralDifferencesOfTheLossWithItsDropout(TransformerSpec spec) {
        List<int[]> sequences = sequences(spec, 9, 3);
        Tensors weights = weights(spec, 4);
        double[] parameters = doubles(weights.flat(spec));
        int[] rows = {4, 0, 7, 2, 8, 1, 6, 3, 5};
        Augmentation augmentation = new Augmentation(Augmentation.Kind.NONE, 99);
        Dropout dropout = new Dropout(spec.dropout(), 99);
        ReferenceTransformer reference = new ReferenceTransformer(spec);
        try (ExampleSet set = engine.upload(examples(spec, sequences));
                Network network = engine.network(spec)) {
            for (int[] batch : new int[][] {{0, 1}, {3, 9}}) {
                List<int[]> chosen =
                        Arrays.stream(rows, batch[0], batch[1]).mapToObj(sequences::get).toList();
                network.load(weights);
                network.resetOptimizer(new Sgd(1, 0, false, 0));
                double loss = network.trainStep(set, rows, batch[0], batch[1], augmentation);
                double mean = reference.loss(parameters, chosen, dropout, batch[0]);
                assertThat(loss).isCloseTo(mean * chosen.size(), within(2e-5 * chosen.size()));
                double[] gradient = reference.gradient(parameters, chosen, dropout, batch[0]);
                float[] moved = network.weights().flat(spec);
                for (int i = 0; i < moved.length; i++) {
                    assertThat(parameters[i] - moved[i])
                            .as("gradient of value %d", i)
                            .isCloseTo(gradient[i], within(3e-5));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void anotherNetworkContinuesBitForBitWithDropoutAndWarmUp(TransformerSpec spec) {
        Examples examples = examples(spec, sequences(spec, 12, 5));
        int[] rows = IntStream.range(0, 12).toArray();
        OptimizerSpec optimizer = new Adam(0.01, 0.9, 0.98, 1e-8, 0, 6);
        Augmentation augmentation = new Augmentation(Augmentation.Kind.NONE, 7);
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec);
                Network copy = engine.network(spec)) {
            network.load(Tensors.initial(spec, 6));
            network.resetOptimizer(optimizer);
            network.trainStep(set, rows, 0, 5, augmentation);
            copy.load(network.weights());
            copy.restoreOptimizer(optimizer, network.optimizerState());
            for (int[] batch : new int[][] {{5, 10}, {10, 12}}) {
                double loss = network.trainStep(set, rows, batch[0], batch[1], augmentation);
                assertThat(copy.trainStep(set, rows, batch[0], batch[1], augmentation))
                        .isEqualTo(loss);
            }
            assertThat(copy.weights().flat(spec)).isEqualTo(network.weights().flat(spec));
        }
    }

    @Test
    void warmUpMakesTheFirstStepsShorter() {
        TransformerSpec spec = networks().get(0);
        Examples examples = examples(spec, sequences(spec, 4, 8));
        Tensors weights = Tensors.initial(spec, 9);
        double[] parameters = doubles(weights.flat(spec));
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            Adam adam = new Adam(0.01, 0.9, 0.999, 1e-2, 0, 4);
            ReferenceOptimizer rule = new ReferenceOptimizer(adam, parameters.length);
            ReferenceTransformer reference = new ReferenceTransformer(spec);
            network.load(weights);
            network.resetOptimizer(adam);
            int[] rows = {0, 1, 2, 3};
            List<int[]> all = sequences(spec, 4, 8);
            for (int step = 0; step < 6; step++) {
                network.trainStep(set, rows, 0, 4);
                rule.step(parameters, reference.gradient(parameters, all, null, 0));
            }
            float[] moved = network.weights().flat(spec);
            for (int i = 0; i < moved.length; i++) {
                assertThat((double) moved[i]).isCloseTo(parameters[i], within(1e-5));
            }
            // Steps 1 to 6 have 1/4, 2/4, 3/4 and three times the whole of the learning rate.
            assertThat(IntStream.rangeClosed(1, 6).mapToDouble(adam::rate).sum())
                    .isCloseTo(0.045, within(1e-9));
        }
    }

    @Test
    void usageOfAnExpertIsTheLossOfTheTargetsSentToIt() {
        TransformerSpec spec = networks().get(5);
        List<int[]> sequences = sequences(spec, 6, 10);
        Tensors weights = weights(spec, 11);
        double[][] usage = MixtureGrowth.unused(spec);
        double[][] expected = MixtureGrowth.unused(spec);
        ReferenceTransformer reference = new ReferenceTransformer(spec);
        double[] parameters = doubles(weights.flat(spec));
        for (int[] tokens : sequences.subList(1, 6)) {
            double[] targets = reference.targets(parameters, tokens);
            int[][] choices = reference.choices(parameters, tokens);
            for (int b = 0; b < choices.length; b++) {
                for (int t = 0; t < targets.length; t++) {
                    expected[b][choices[b][t]] -= targets[t];
                }
            }
        }
        try (ExampleSet set = engine.upload(examples(spec, sequences));
                Network network = engine.network(spec);
                Network dense = engine.network(networks().get(0))) {
            network.load(weights);
            network.addUsage(set, 1, 4, usage);
            network.addUsage(set, 4, 6, usage);
            for (int b = 0; b < usage.length; b++) {
                assertThat(usage[b]).containsExactly(expected[b], within(1e-3));
            }
            assertThatThrownBy(() -> dense.addUsage(set, 0, 1, new double[0][]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no mixture layers");
        }
    }

    @Test
    void copiesOfAnExpertShareItsTokensAndLearnApart() {
        TransformerSpec spec = networks().get(3);
        List<int[]> sequences = sequences(spec, 8, 12);
        var grown = SwitchGrowth.copy(spec, weights(spec, 13), new double[][] {{1, 2}}, 2);
        TransformerSpec larger = (TransformerSpec) grown.spec();
        double[] parameters = doubles(grown.weights().flat(larger));
        float[] targets = new float[8 * spec.positions()];
        try (ExampleSet set = engine.upload(examples(larger, sequences));
                Network network = engine.network(larger)) {
            network.load(grown.weights());
            network.targets(set, 0, 8, targets);
            double[] expected =
                    new ReferenceTransformer(larger).targets(parameters, sequences.get(7));
            for (int t = 0; t < expected.length; t++) {
                assertThat((double) targets[7 * expected.length + t])
                        .isCloseTo(expected[t], within(2e-5));
            }
            network.resetOptimizer(new Sgd(0.5, 0, false, 0));
            network.trainStep(set, IntStream.range(0, 8).toArray(), 0, 8);
            float[] up = network.weights().byName().get("blocks.1.experts.up.weight").data();
            int part = up.length / 4;
            assertThat(Arrays.copyOfRange(up, 0, part))
                    .isNotEqualTo(Arrays.copyOfRange(up, 3 * part, 4 * part));
        }
    }

    /** Wide enough that products are those of the library's fast kernels. */
    @Test
    void expertsWithEqualGatesTakeTurns() {
        TransformerSpec spec = new TransformerSpec(NINE, VOCABULARY, 2, 72, 2, 5, 0, List.of(5));
        List<int[]> sequences = sequences(spec, 40, 15);
        Tensors weights = weights(spec, 16);
        float[] gates = weights.byName().get("blocks.1.gates.weight").data();
        for (int e = 1; e < 5; e++) {
            System.arraycopy(gates, 0, gates, e * 72, 72);
        }
        double[][] usage = {new double[5]};
        double[] expected = new double[5];
        float[] targets = new float[40 * 8];
        try (ExampleSet set = engine.upload(examples(spec, sequences));
                Network network = engine.network(spec)) {
            network.load(weights);
            network.targets(set, 0, 40, targets);
            network.addUsage(set, 0, 40, usage);
        }
        for (int i = 0; i < targets.length; i++) {
            expected[i % 8 % 5] -= targets[i];
        }
        assertThat(usage[0]).containsExactly(expected, within(1e-2));
    }

    @Test
    void aTokenOutsideTheVocabularyIsRefusedAndSoAreClasses() {
        TransformerSpec spec = networks().get(0);
        List<int[]> outside = List.of(new int[] {0, 1, 2, 3, 4, VOCABULARY});
        assertThatThrownBy(() -> engine.upload(examples(spec, outside)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token 7 of example 0 is not in [0, 7)");
        try (ExampleSet set = engine.upload(examples(spec, sequences(spec, 1, 14)));
                Network network = engine.network(spec)) {
            assertThatThrownBy(() -> network.logits(set, 0, 1, new float[VOCABULARY]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("tokens");
        }
        InputSpec table = new InputSpec(ElementType.FLOAT32, List.of(2), List.of(), List.of());
        Examples rows = new Examples(table, 2, ByteBuffer.allocate(8), new int[1]);
        try (ExampleSet set = engine.upload(rows);
                Network mlp = engine.network(new MlpSpec(table, List.of(), 2))) {
            assertThatThrownBy(() -> mlp.targets(set, 0, 1, new float[1]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("classes");
        }
    }

    private static List<int[]> sequences(TransformerSpec spec, int count, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> random.ints(spec.positions() + 1, 0, VOCABULARY).toArray())
                .toList();
    }

    private static Examples examples(TransformerSpec spec, List<int[]> sequences) {
        ByteBuffer features =
                ByteBuffer.allocate(sequences.size() * spec.input().bytes())
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int[] tokens : sequences) {
            Arrays.stream(tokens).forEach(features::putInt);
        }
        return new Examples(spec.input(), VOCABULARY, features.flip(), new int[sequences.size()]);
    }

    /** Larger than initial ones, so that every part matters, and no norm is 1 or 0. */
    private static Tensors weights(TransformerSpec spec, long seed) {
        Random random = new Random(seed);
        float[] flat = new float[(int) spec.values()];
        float[] initial = Tensors.initial(spec, seed).flat(spec);
        for (int i = 0; i < flat.length; i++) {
            flat[i] = initial[i] + (float) (0.5 * random.nextGaussian());
        }
        return Tensors.ofFlat(spec, flat);
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
}
