package org.almaflow.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.OptimizerSpec.Adadelta;
import org.almaflow.learning.engine.OptimizerSpec.Adam;
import org.almaflow.learning.engine.OptimizerSpec.Sgd;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.growth.MixtureGrowth;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.TrainingSession;
import org.almaflow.learning.session.TrainingSets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every engine must do. A test of an engine extends this class and names its provider. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class EngineContract {
    private static final InputSpec IMAGE =
            new InputSpec(
                    ElementType.UINT8,
                    List.of(3, 2, 2),
                    List.of(0.5f, 0.4f, 0.3f),
                    List.of(0.2f, 0.3f, 0.4f));
    private static final InputSpec TABLE =
            new InputSpec(ElementType.FLOAT32, List.of(5), List.of(), List.of());
    private static final InputSpec COUNTS =
            new InputSpec(ElementType.INT32, List.of(4), List.of(3f), List.of(7f));

    /** Experts 0, 2 and 3 were split in turn, and only in the second layer. */
    static final MixtureMlpSpec GROWN =
            new MixtureMlpSpec(
                    IMAGE,
                    List.of(
                            new MixtureMlpSpec.Layer(4, Mixture.flat(2)),
                            new MixtureMlpSpec.Layer(
                                    5, Mixture.flat(2).split(0).split(2).split(3).split(1))),
                    3);

    private static final InputSpec PHOTO =
            new InputSpec(
                    ElementType.UINT8, List.of(2, 8, 9), List.of(0.5f, 0.4f), List.of(0.2f, 0.3f));

    /** Two blocks of different widths; what the linear layer sees has 2 x 2 pixels. */
    static final VggSpec VGG =
            new VggSpec(
                    PHOTO,
                    List.of(
                            new VggSpec.Block(List.of(3, 2), Mixture.flat(1)),
                            new VggSpec.Block(List.of(2), Mixture.flat(1))),
                    3);

    /** Experts that differ, because they are not loaded as copies. */
    static final VggSpec GROWN_VGG = VGG.withMixtures(List.of(Mixture.flat(2).split(1)));

    /** Networks for each input type and depth, none with equal widths. */
    static final List<NetworkSpec> NETWORKS =
            List.of(
                    new MlpSpec(IMAGE, List.of(7, 5), 3),
                    new MlpSpec(TABLE, List.of(6), 4),
                    new MlpSpec(COUNTS, List.of(), 2),
                    new MlpSpec(IMAGE, List.of(1, 9, 4), 11),
                    new JointSpec(3, new MlpSpec(IMAGE, List.of(5, 4), 3)),
                    new JointSpec(2, new MlpSpec(COUNTS, List.of(), 2)),
                    new JointSpec(3, new MlpSpec(IMAGE, List.of(4, 5), 3), JointSpec.Joining.SUM),
                    new JointSpec(1, new MlpSpec(TABLE, List.of(6, 3, 2), 4)),
                    MixtureMlpSpec.flat(IMAGE, List.of(6, 5), 2, 3),
                    MixtureMlpSpec.flat(TABLE, List.of(4), 1, 4),
                    MixtureMlpSpec.flat(COUNTS, List.of(3, 2), 3, 2),
                    GROWN,
                    VGG,
                    GROWN_VGG,
                    new JointSpec(2, VGG, JointSpec.Joining.SUM));

    static final List<NetworkSpec> ON_IMAGES =
            List.of(new MlpSpec(PHOTO, List.of(5), 3), VGG, GROWN_VGG, new JointSpec(2, VGG));

    private static final InputSpec FLOATS =
            new InputSpec(ElementType.FLOAT32, List.of(4), List.of(), List.of());

    static final List<NetworkSpec> ON_FLOATS =
            List.of(
                    new MlpSpec(FLOATS, List.of(7, 5), 3),
                    new MlpSpec(FLOATS, List.of(), 2),
                    new JointSpec(3, new MlpSpec(FLOATS, List.of(5, 4), 3)),
                    MixtureMlpSpec.flat(FLOATS, List.of(6, 5), 2, 3));

    static final List<OptimizerSpec> OPTIMIZERS =
            List.of(
                    new Adadelta(1.0, 0.9, 1e-6, 0),
                    new Adadelta(0.5, 0.95, 1e-5, 0.01),
                    new Sgd(0.1, 0, false, 0),
                    new Sgd(0.1, 0, false, 0.01),
                    new Sgd(0.05, 0.9, false, 0.01),
                    new Sgd(0.05, 0.9, true, 0.01),
                    new Adam(0.01, 0.9, 0.999, 1e-8, 0),
                    new Adam(0.02, 0.8, 0.99, 1e-6, 0.01));

    private Engine engine;

    /** The engine under test. */
    protected abstract EngineProvider provider();

    /** Whether the contract is to be held against a network of that kind. */
    protected boolean holdsFor(NetworkSpec spec) {
        return true;
    }

    List<NetworkSpec> networks() {
        return NETWORKS.stream().filter(this::holdsFor).toList();
    }

    List<NetworkSpec> onImages() {
        return ON_IMAGES.stream().filter(this::holdsFor).toList();
    }

    @BeforeEach
    void open() {
        engine = provider().open(EngineOptions.defaults());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void isFoundByItsName() {
        assertThat(Engines.find(provider().name())).hasSameClassAs(provider());
        assertThat(engine.description()).startsWith(provider().name());
    }

    @ParameterizedTest
    @MethodSource("networks")
    void weightsAreZeroUntilLoadedAndComeBackAsTheyWere(NetworkSpec spec) {
        try (Network network = engine.network(spec)) {
            assertThat(network.spec()).isEqualTo(spec);
            assertThat(network.weights().flat(spec)).containsOnly(0f);
            Tensors weights = Tensors.initial(spec, 1);
            network.load(weights);
            assertThat(network.weights().flat(spec)).isEqualTo(weights.flat(spec));
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void logitsAreThoseOfTheDefinition(NetworkSpec spec) {
        Examples examples = examples(spec, 23, 2);
        Tensors weights = weights(spec, 3);
        float[] actual = new float[21 * spec.classes()];
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.load(weights);
            network.logits(set, 2, 23, actual);
        }
        ReferenceNetwork reference = new ReferenceNetwork(spec);
        double[] parameters = doubles(weights.flat(spec));
        for (int row = 2; row < 23; row++) {
            double[] expected = reference.logits(parameters, examples, row);
            for (int c = 0; c < expected.length; c++) {
                assertThat((double) actual[(row - 2) * expected.length + c])
                        .isCloseTo(expected[c], within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void oneStepFollowsTheGradientOfTheMeanLoss(NetworkSpec spec) {
        Examples examples = examples(spec, 40, 4);
        Tensors weights = weights(spec, 5);
        double[] parameters = doubles(weights.flat(spec));
        ReferenceNetwork reference = new ReferenceNetwork(spec);
        int[] rows = shuffled(40, 6);
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            for (int[] batch : new int[][] {{0, 1}, {3, 10}, {8, 40}, {39, 40}}) {
                network.load(weights);
                network.resetOptimizer(new Sgd(1, 0, false, 0));
                double loss = network.trainStep(set, rows, batch[0], batch[1]);
                assertThat(loss)
                        .isCloseTo(
                                reference.loss(parameters, examples, rows, batch[0], batch[1]),
                                within(1e-5 * (batch[1] - batch[0])));
                double[] gradient =
                        reference.gradient(parameters, examples, rows, batch[0], batch[1]);
                double[] expected = reference.moved(parameters, examples, rows, batch[0], batch[1]);
                Arrays.setAll(expected, i -> expected[i] - gradient[i]);
                assertClose(network.weights().flat(spec), expected, 1e-5);
            }
        }
    }

    @ParameterizedTest
    @FieldSource("OPTIMIZERS")
    void optimizersFollowTheirDefinitionOverManySteps(OptimizerSpec optimizer) {
        NetworkSpec spec = NETWORKS.get(0);
        Examples examples = examples(spec, 20, 7);
        double[] parameters = doubles(Tensors.initial(spec, 8).flat(spec));
        ReferenceNetwork reference = new ReferenceNetwork(spec);
        ReferenceOptimizer rule = new ReferenceOptimizer(optimizer, parameters.length);
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 8));
            network.resetOptimizer(optimizer);
            for (int step = 0; step < 12; step++) {
                int[] rows = shuffled(20, step);
                int to = step % 3 == 2 ? 4 : 16;
                network.trainStep(set, rows, 0, to);
                rule.step(parameters, reference.gradient(parameters, examples, rows, 0, to));
            }
            assertClose(network.weights().flat(spec), parameters, 5e-5);
        }
    }

    @ParameterizedTest
    @FieldSource("OPTIMIZERS")
    void anotherEngineContinuesFromTheExportedStateBitForBit(OptimizerSpec optimizer) {
        NetworkSpec spec = NETWORKS.get(3);
        Examples examples = examples(spec, 30, 9);
        int[] rows = shuffled(30, 10);
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec);
                Engine second = provider().open(EngineOptions.defaults());
                ExampleSet secondSet = second.upload(examples);
                Network copy = second.network(spec)) {
            network.load(Tensors.initial(spec, 11));
            network.resetOptimizer(optimizer);
            steps(network, set, rows, 3);
            copy.restoreOptimizer(optimizer, network.optimizerState());
            copy.load(network.weights());
            assertThat(copy.optimizerState().steps()).isEqualTo(9);
            assertThat(steps(copy, secondSet, rows, 2)).isEqualTo(steps(network, set, rows, 2));
            assertThat(copy.weights().flat(spec)).isEqualTo(network.weights().flat(spec));
            assertThat(copy.optimizerState().buffers())
                    .isDeepEqualTo(network.optimizerState().buffers());
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyNetworkContinuesBitForBitInAnotherOne(NetworkSpec spec) {
        Examples examples = examples(spec, 30, 27);
        int[] rows = shuffled(30, 28);
        OptimizerSpec optimizer = OPTIMIZERS.get(0);
        float[] logits = new float[30 * spec.classes()];
        float[] others = new float[30 * spec.classes()];
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec);
                Network copy = engine.network(spec)) {
            network.load(Tensors.initial(spec, 29));
            network.resetOptimizer(optimizer);
            steps(network, set, rows, 2);
            copy.load(network.weights());
            copy.restoreOptimizer(optimizer, network.optimizerState());
            assertThat(steps(copy, set, rows, 2)).isEqualTo(steps(network, set, rows, 2));
            assertThat(copy.weights().flat(spec)).isEqualTo(network.weights().flat(spec));
            assertThat(copy.optimizerState().buffers())
                    .isDeepEqualTo(network.optimizerState().buffers());
            network.logits(set, 0, 30, logits);
            copy.logits(set, 0, 30, others);
            assertThat(others).isEqualTo(logits);
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void usageIsThatOfTheDefinitionAndOnlyMixturesHaveIt(NetworkSpec spec) {
        Examples examples = examples(spec, 30, 30);
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec);
                TestingEngine testing = new TestingEngine();
                ExampleSet testingSet = testing.upload(examples);
                Network expected = testing.network(spec)) {
            if (spec.mixtures().isEmpty()) {
                assertThatThrownBy(() -> network.addUsage(set, 0, 30, new double[0][]))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("no mixture layers");
                return;
            }
            network.load(Tensors.initial(spec, 31));
            expected.load(Tensors.initial(spec, 31));
            double[][] usage = MixtureGrowth.unused(spec);
            double[][] definition = MixtureGrowth.unused(spec);
            for (int[] part : new int[][] {{3, 20}, {20, 30}}) {
                network.addUsage(set, part[0], part[1], usage);
                expected.addUsage(testingSet, part[0], part[1], definition);
            }
            for (int i = 0; i < usage.length; i++) {
                assertThat(Arrays.stream(usage[i]).sum()).isCloseTo(27, within(1e-4));
                assertThat(usage[i]).containsExactly(definition[i], within(1e-4));
            }
        }
    }

    /** Statistics and augmentation are part of what another engine continues from. */
    @ParameterizedTest
    @MethodSource("onImages")
    void anotherEngineContinuesWithAugmentationBitForBit(NetworkSpec spec) {
        Examples examples = examples(spec, 30, 27);
        int[] rows = shuffled(30, 28);
        Augmentation augmentation = new Augmentation(Augmentation.Kind.PAD_CROP_FLIP, 29);
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec);
                Engine second = provider().open(EngineOptions.defaults());
                ExampleSet secondSet = second.upload(examples);
                Network copy = second.network(spec)) {
            network.load(weights(spec, 30));
            network.resetOptimizer(OPTIMIZERS.get(5));
            network.trainStep(set, rows, 0, 11, augmentation);
            assertThat(network.optimizerState().buffers())
                    .hasDimensions(1, (int) spec.parameters());
            copy.load(network.weights());
            copy.restoreOptimizer(OPTIMIZERS.get(5), network.optimizerState());
            for (int from : new int[] {11, 22}) {
                int to = Math.min(30, from + 11);
                double loss = network.trainStep(set, rows, from, to, augmentation);
                assertThat(copy.trainStep(secondSet, rows, from, to, augmentation)).isEqualTo(loss);
            }
            assertThat(copy.weights().flat(spec)).isEqualTo(network.weights().flat(spec));
        }
    }

    @ParameterizedTest
    @MethodSource("onImages")
    void aStepSeesEachImageAsItsPositionChangesIt(NetworkSpec spec) {
        Examples examples = examples(spec, 12, 31);
        int[] rows = shuffled(12, 32);
        Augmentation augmentation = new Augmentation(Augmentation.Kind.PAD_CROP_FLIP, 33);
        double[] parameters = doubles(weights(spec, 34).flat(spec));
        List<double[]> changed = new ArrayList<>();
        for (int position = 3; position < 12; position++) {
            float[] x = floats(ReferenceNetwork.example(examples, rows[position]));
            float[] y = new float[x.length];
            List<Integer> shape = spec.input().shape();
            augmentation.image(x, y, position, shape.get(0), shape.get(1), shape.get(2));
            changed.add(doubles(y));
        }
        int[] labels = IntStream.range(3, 12).map(i -> examples.labels()[rows[i]]).toArray();
        double[] gradient = new ReferenceNetwork(spec).gradient(parameters, changed, labels);
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.load(weights(spec, 34));
            network.resetOptimizer(new Sgd(1, 0, false, 0));
            network.trainStep(set, rows, 3, 12, augmentation);
            float[] after = network.weights().flat(spec);
            for (int i = 0; i < spec.parameters(); i++) {
                assertThat((double) after[i])
                        .as("parameter %d", i)
                        .isCloseTo(parameters[i] - gradient[i], within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("onImages")
    void logitsOfAnExampleDoNotDependOnItsCompanions(NetworkSpec spec) {
        Examples examples = examples(spec, 150, 35);
        float[] all = new float[150 * spec.classes()];
        float[] one = new float[spec.classes()];
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.load(weights(spec, 36));
            network.logits(set, 0, 150, all);
            for (int row : new int[] {0, 77, 127, 128, 149}) {
                network.logits(set, row, row + 1, one);
                for (int c = 0; c < one.length; c++) {
                    assertThat(one[c]).isCloseTo(all[row * one.length + c], within(1e-5f));
                }
            }
        }
    }

    @Test
    void resettingTheOptimizerForgetsItsState() {
        NetworkSpec spec = NETWORKS.get(1);
        Examples examples = examples(spec, 8, 12);
        OptimizerSpec optimizer = OPTIMIZERS.get(6);
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.resetOptimizer(optimizer);
            OptimizerState fresh = network.optimizerState();
            assertThat(fresh.steps()).isZero();
            assertThat(fresh.buffers()).hasDimensions(2, (int) spec.parameters());
            network.load(Tensors.initial(spec, 13));
            network.trainStep(set, shuffled(8, 0), 0, 8);
            float[] once = network.weights().flat(spec);
            network.load(Tensors.initial(spec, 13));
            network.resetOptimizer(optimizer);
            network.trainStep(set, shuffled(8, 0), 0, 8);
            assertThat(network.weights().flat(spec)).isEqualTo(once);
        }
    }

    @Test
    void rowsSelectExamplesInTheirOrder() {
        NetworkSpec spec = NETWORKS.get(0);
        Examples examples = examples(spec, 50, 14);
        int[] rows = shuffled(50, 15);
        int[] straight = IntStream.range(0, 50).toArray();
        try (ExampleSet set = engine.upload(examples);
                ExampleSet sorted = engine.upload(examples.select(rows));
                Network a = engine.network(spec);
                Network b = engine.network(spec)) {
            for (Network network : List.of(a, b)) {
                network.load(Tensors.initial(spec, 16));
                network.resetOptimizer(OPTIMIZERS.get(0));
            }
            assertThat(steps(a, set, rows, 2)).isEqualTo(steps(b, sorted, straight, 2));
            assertThat(a.weights().flat(spec)).isEqualTo(b.weights().flat(spec));
        }
    }

    @Test
    void logitsDoNotDependOnTheBlocks() {
        InputSpec input = new InputSpec(ElementType.UINT8, List.of(20), List.of(), List.of());
        MlpSpec spec = new MlpSpec(input, List.of(16), 10);
        Examples examples = examples(spec, 10_000, 17);
        float[] whole = new float[10_000 * 10];
        float[] block = new float[128 * 10];
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 18));
            network.logits(set, 0, 10_000, whole);
            for (int from = 0; from < 10_000; from += 128) {
                int to = Math.min(10_000, from + 128);
                network.logits(set, from, to, block);
                for (int i = 0; i < (to - from) * 10; i++) {
                    assertThat(block[i]).isCloseTo(whole[from * 10 + i], within(1e-5f));
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("ON_FLOATS")
    void inputThatIsNoNumberShowsInTheLoss(NetworkSpec spec) {
        ByteBuffer features = ByteBuffer.allocate(3 * 16).order(ByteOrder.LITTLE_ENDIAN);
        features.putFloat(20, Float.NaN);
        Examples examples = new Examples(FLOATS, spec.classes(), features, new int[3]);
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 19));
            network.resetOptimizer(OPTIMIZERS.get(0));
            assertThat(network.trainStep(set, new int[] {0, 2}, 0, 2)).isFinite();
            assertThat(network.trainStep(set, new int[] {0, 1}, 0, 2)).isNaN();
            assertThat(network.trainStep(set, new int[] {0, 2}, 0, 2)).isNaN();
        }
    }

    /** One mini-batch an epoch: the loss that the session sees is that before the wild step. */
    @ParameterizedTest
    @FieldSource("ON_FLOATS")
    void aSessionOfOneWildStepHasNoBestWeights(NetworkSpec spec) {
        for (int held : new int[] {0, 4}) {
            TrainingSpec training =
                    new TrainingSpec(
                            8, 1, 1, 0, 0, TrainingSpec.Start.WARM, new Sgd(1e38, 0, false, 1e10));
            Tensors weights = Tensors.initial(spec, 23);
            try (ExampleSet train = engine.upload(examples(spec, 8, 24));
                    ExampleSet validation = engine.reserve(spec.input(), spec.classes(), 4);
                    Network network = engine.network(spec)) {
                if (held > 0) {
                    validation.append(examples(spec, held, 25));
                }
                network.load(weights);
                TrainingSession session =
                        TrainingSession.open(
                                network,
                                training,
                                new TrainingSets(train, validation),
                                1,
                                0,
                                1,
                                Cost.NONE,
                                0);
                while (!session.ended()) {
                    session.step();
                }
                assertThat(session.endReason()).startsWith("diverged: ").contains("after epoch 1");
                assertThat(session.best()).isNull();
            }
        }
    }

    @Test
    void confidentMistakesHaveAFiniteLoss() {
        InputSpec input = new InputSpec(ElementType.FLOAT32, List.of(1), List.of(), List.of());
        MlpSpec spec = new MlpSpec(input, List.of(), 2);
        ByteBuffer one = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 1f);
        try (ExampleSet set = engine.upload(new Examples(input, 2, one, new int[] {1}));
                Network network = engine.network(spec)) {
            network.load(Tensors.ofFlat(spec, new float[] {60f, 0f, 0f, 0f}));
            network.resetOptimizer(new Sgd(0, 0, false, 0));
            assertThat(network.trainStep(set, new int[1], 0, 1)).isCloseTo(60, within(1e-3));
        }
    }

    @Test
    void noExamplesAreASetToo() {
        NetworkSpec spec = NETWORKS.get(0);
        try (ExampleSet set = engine.upload(examples(spec, 0, 0));
                Network network = engine.network(spec)) {
            assertThat(set.count()).isZero();
            network.logits(set, 0, 0, new float[0]);
            network.resetOptimizer(OPTIMIZERS.get(0));
            assertThatThrownBy(() -> network.trainStep(set, new int[0], 0, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void directAndReadOnlyBuffersAreAccepted() {
        NetworkSpec spec = NETWORKS.get(0);
        Examples heap = examples(spec, 5, 21);
        ByteBuffer direct = ByteBuffer.allocateDirect(heap.features().limit());
        direct.put(heap.features().duplicate()).flip();
        float[] expected = logits(spec, heap);
        for (ByteBuffer features : List.of(direct, heap.features().asReadOnlyBuffer())) {
            Examples other = new Examples(heap.input(), heap.classes(), features, heap.labels());
            assertThat(logits(spec, other)).isEqualTo(expected);
        }
    }

    @Test
    void rowsOutOfRangeAreRefusedAndChangeNothing() {
        NetworkSpec spec = NETWORKS.get(0);
        try (ExampleSet set = engine.upload(examples(spec, 5, 22));
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 23));
            network.resetOptimizer(OPTIMIZERS.get(0));
            for (int row : new int[] {-1, 5, Integer.MAX_VALUE}) {
                assertThatThrownBy(() -> network.trainStep(set, new int[] {0, row}, 0, 2))
                        .isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> network.trainStep(set, new int[2], 1, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> network.logits(set, 0, 6, new float[100]))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> network.logits(set, 0, 5, new float[14]))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(network.weights().flat(spec))
                    .isEqualTo(Tensors.initial(spec, 23).flat(spec));
            assertThat(network.optimizerState().steps()).isZero();
        }
    }

    @Test
    void examplesThatDoNotFitAreRefused() {
        NetworkSpec spec = NETWORKS.get(0);
        Examples good = examples(spec, 2, 24);
        for (int label : new int[] {-1, 3}) {
            int[] labels = {0, label};
            Examples bad = new Examples(good.input(), 3, good.features(), labels);
            assertThatThrownBy(() -> engine.upload(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("label " + label);
        }
        try (ExampleSet other = engine.upload(examples(NETWORKS.get(1), 2, 24));
                Network network = engine.network(spec)) {
            network.resetOptimizer(OPTIMIZERS.get(0));
            assertThatThrownBy(() -> network.trainStep(other, new int[1], 0, 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> network.logits(other, 0, 1, new float[3]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void foreignWeightsAndStatesAreRefused() {
        NetworkSpec spec = NETWORKS.get(0);
        try (Network network = engine.network(spec)) {
            assertThatThrownBy(() -> network.load(Tensors.initial(NETWORKS.get(1), 0)))
                    .isInstanceOf(IllegalArgumentException.class);
            OptimizerState state = new OptimizerState(1, new float[1][(int) spec.parameters()]);
            assertThatThrownBy(() -> network.restoreOptimizer(OPTIMIZERS.get(0), state))
                    .isInstanceOf(IllegalArgumentException.class);
            OptimizerState small = new OptimizerState(1, new float[2][3]);
            assertThatThrownBy(() -> network.restoreOptimizer(OPTIMIZERS.get(0), small))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void useOutOfOrderIsRefused() {
        NetworkSpec spec = NETWORKS.get(0);
        ExampleSet set = engine.upload(examples(spec, 2, 25));
        Network network = engine.network(spec);
        assertThatThrownBy(() -> network.trainStep(set, new int[1], 0, 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("resetOptimizer");
        network.resetOptimizer(OPTIMIZERS.get(0));
        set.close();
        set.close();
        assertThatThrownBy(() -> network.trainStep(set, new int[1], 0, 1))
                .isInstanceOf(IllegalStateException.class);
        network.close();
        network.close();
        assertThatThrownBy(network::weights).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> network.trainStep(set, new int[1], 0, 1))
                .isInstanceOf(IllegalStateException.class);
        engine.close();
        assertThatThrownBy(() -> engine.network(spec)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> engine.upload(examples(spec, 1, 0)))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Random weights, of which no two are equal, and positive statistics. */
    private static Tensors weights(NetworkSpec spec, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Tensors.Tensor> tensors = new LinkedHashMap<>();
        for (TensorSpec t : spec.tensors()) {
            float[] data = new float[t.size()];
            double bound = t.bound() == 0 ? 0.5 : t.bound();
            for (int i = 0; i < data.length; i++) {
                data[i] = (float) (t.constant() + random.nextDouble(-bound, bound));
            }
            tensors.put(t.name(), new Tensors.Tensor(t.shape(), data));
        }
        return new Tensors(tensors);
    }

    private float[] logits(NetworkSpec spec, Examples examples) {
        float[] logits = new float[examples.count() * spec.classes()];
        try (ExampleSet set = engine.upload(examples);
                Network network = engine.network(spec)) {
            network.load(Tensors.initial(spec, 26));
            network.logits(set, 0, examples.count(), logits);
        }
        return logits;
    }

    /** Passes of mini-batches of 11, whose last is smaller; returns the sum of the losses. */
    private static double steps(Network network, ExampleSet set, int[] rows, int passes) {
        double loss = 0;
        for (int pass = 0; pass < passes; pass++) {
            for (int from = 0; from < rows.length; from += 11) {
                loss += network.trainStep(set, rows, from, Math.min(rows.length, from + 11));
            }
        }
        return loss;
    }

    /** Random examples of the network's input. */
    protected static Examples examples(NetworkSpec spec, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        InputSpec input = spec.input();
        ByteBuffer features =
                ByteBuffer.allocate(count * input.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (features.hasRemaining()) {
            switch (input.type()) {
                case UINT8 -> features.put((byte) random.nextInt(256));
                case FLOAT32 -> features.putFloat((float) random.nextDouble(-2, 2));
                case INT32 -> features.putInt(random.nextInt(-10, 20));
                case TOKEN -> features.putInt(random.nextInt(spec.classes()));
            }
        }
        int[] labels = random.ints(count, 0, spec.classes()).toArray();
        return new Examples(input, spec.classes(), features, labels);
    }

    /** The numbers below {@code count} in random order. */
    protected static int[] shuffled(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] rows = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int row = rows[i];
            rows[i] = rows[j];
            rows[j] = row;
        }
        return rows;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static void assertClose(float[] actual, double[] expected, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) actual[i])
                    .as("parameter %d", i)
                    .isCloseTo(expected[i], within(tolerance));
        }
    }
}
