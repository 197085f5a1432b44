package org.almaflow.learning.growth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.NetworkJson;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;
import org.junit.jupiter.api.Test;

class MixtureGrowthTest {
    private static final InputSpec MNIST =
            new InputSpec(
                    ElementType.UINT8, List.of(1, 28, 28), List.of(0.1307f), List.of(0.3081f));
    private static final InputSpec SMALL =
            new InputSpec(ElementType.UINT8, List.of(6), List.of(), List.of());

    private final TestingEngine engine = new TestingEngine();

    private float[] logits(NetworkSpec spec, Tensors weights) {
        byte[] features = new byte[40 * 6];
        SplittableRandom random = new SplittableRandom(2);
        random.nextBytes(features);
        Examples examples = new Examples(SMALL, 3, ByteBuffer.wrap(features), new int[40]);
        return logits(spec, weights, examples);
    }

    private float[] logits(NetworkSpec spec, Tensors weights, Examples examples) {
        float[] logits = new float[examples.count() * 3];
        try (var network = engine.network(spec);
                var set = engine.upload(examples)) {
            network.load(weights);
            network.logits(set, 0, examples.count(), logits);
        }
        return logits;
    }

    @Test
    void manySplitsPreserveTheFunctionExactly() {
        NetworkSpec spec = MixtureMlpSpec.flat(SMALL, List.of(5, 4), 2, 3);
        Tensors weights = Tensors.initial(spec, 1);
        float[] before = logits(spec, weights);
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 12; i++) {
            List<Integer> experts = List.of(random.nextInt(2 + i), random.nextInt(2 + i));
            Grown grown = MixtureGrowth.split(spec, weights, experts, i);
            spec = grown.spec();
            weights = grown.weights();
            assertThat(logits(spec, weights)).isEqualTo(before);
        }
        assertThat(spec.mixtures().get(0).experts()).isEqualTo(14);
    }

    /** Statistics are copied too: in inference mode a split changes nothing. */
    @Test
    void splitsOfBlocksOfConvolutionsPreserveTheFunctionExactly() {
        InputSpec input = new InputSpec(ElementType.UINT8, List.of(1, 8, 8), List.of(), List.of());
        VggSpec.Block block = new VggSpec.Block(List.of(2), Mixture.flat(1));
        NetworkSpec spec = new VggSpec(input, List.of(block, block, block), 3);
        Tensors weights = Tensors.initial(spec, 1);
        spec.tensors().stream()
                .filter(t -> !t.trainable())
                .forEach(t -> weights.byName().get(t.name()).data()[1] = 0.3f);
        Examples examples = images(input);
        float[] before = logits(spec, weights, examples);
        Tensors grown = weights;
        for (int i = 0; i < 5; i++) {
            Grown next = MixtureGrowth.split(spec, grown, List.of(i, 0), i);
            spec = next.spec();
            grown = next.weights();
            assertThat(logits(spec, grown, examples)).isEqualTo(before);
        }
        assertThat(spec.mixtures()).extracting(Mixture::experts).containsExactly(6, 6);
        assertThat(grown.byName().get("blocks.2.experts.norms.0.running_var").data())
                .hasSize(12)
                .contains(0.3f);
        assertThat(grown.byName().get("blocks.0.experts.convs.0.weight").data())
                .isEqualTo(weights.byName().get("blocks.0.experts.convs.0.weight").data());
    }

    private static Examples images(InputSpec input) {
        byte[] features = new byte[10 * input.bytes()];
        new SplittableRandom(5).nextBytes(features);
        return new Examples(input, 3, ByteBuffer.wrap(features), new int[10]);
    }

    /** SEMANTICS: gMoE MLP h=64 with 2 experts, and after 49 growths. */
    @Test
    void sizesAreThoseOfTheReference() {
        NetworkSpec spec = MixtureMlpSpec.flat(MNIST, List.of(64, 64), 2, 10);
        assertThat(spec.parameters()).isEqualTo(111_150);
        Tensors weights = Tensors.initial(spec, 1);
        for (int i = 0; i < 49; i++) {
            Grown grown = MixtureGrowth.split(spec, weights, List.of(0, i), i);
            spec = grown.spec();
            weights = grown.weights();
        }
        assertThat(spec.parameters()).isEqualTo(2_860_050);
        assertThat(spec.mixtures().get(1).experts()).isEqualTo(51);
        assertThat(weights.flat(spec)).hasSize(2_860_050);
    }

    @Test
    void newGatesAreRandomAndOldWeightsStay() {
        NetworkSpec spec = MixtureMlpSpec.flat(SMALL, List.of(5), 2, 3);
        Tensors weights = Tensors.initial(spec, 1);
        Grown grown = MixtureGrowth.split(spec, weights, List.of(1), 7);

        float[] old = weights.byName().get("layers.0.gates.weight").data();
        float[] now = grown.weights().byName().get("layers.0.gates.weight").data();
        assertThat(now).startsWith(old).hasSize(old.length + 12);
        assertThat(List.of(now[12], now[13], now[14])).doesNotHaveDuplicates();
        assertThat(grown.weights().byName().get("output.weight").data())
                .isEqualTo(weights.byName().get("output.weight").data());
        assertThat(MixtureGrowth.split(spec, weights, List.of(1), 8).weights().flat(grown.spec()))
                .isNotEqualTo(grown.weights().flat(grown.spec()));
    }

    @Test
    void theMostUsedExpertOfEachLayerIsChosen() {
        double[][] usage = {{1, 3, 2}, {5, 5}};
        assertThat(MixtureGrowth.mostUsed(usage)).containsExactly(1, 0);
    }

    @Test
    void usageIsTheProductOfTheGatesOnThePath() {
        NetworkSpec spec = MixtureMlpSpec.flat(SMALL, List.of(5), 2, 3);
        Grown grown = MixtureGrowth.split(spec, Tensors.initial(spec, 1), List.of(1), 7);
        Examples examples = new Examples(SMALL, 3, ByteBuffer.allocate(60), new int[10]);
        double[][] before = new double[1][2];
        double[][] after = new double[1][3];
        try (var old = engine.network(spec);
                var now = engine.network(grown.spec());
                var set = engine.upload(examples)) {
            old.load(Tensors.initial(spec, 1));
            now.load(grown.weights());
            old.addUsage(set, 0, 10, before);
            now.addUsage(set, 0, 10, after);
        }
        assertThat(after[0][0]).isEqualTo(before[0][0]);
        assertThat(after[0][1] + after[0][2])
                .isCloseTo(before[0][1], org.assertj.core.api.Assertions.within(1e-9));
        assertThat(before[0][0] + before[0][1])
                .isCloseTo(10, org.assertj.core.api.Assertions.within(1e-9));
    }

    @Test
    void grownNetworksAreJsonToo() {
        MixtureMlpSpec spec =
                new MixtureMlpSpec(
                        SMALL,
                        List.of(
                                new MixtureMlpSpec.Layer(4, Mixture.flat(2).split(1).split(0)),
                                new MixtureMlpSpec.Layer(3, Mixture.flat(1))),
                        3);

        assertThat(NetworkJson.read(NetworkJson.write(spec))).isEqualTo(spec);
    }

    @Test
    void impossibleMixturesAreRefused() {
        assertThatThrownBy(() -> MixtureMlpSpec.flat(SMALL, List.of(5), 0, 3))
                .hasMessageContaining("experts must be 1 or more, not 0");
        assertThatThrownBy(() -> MixtureMlpSpec.flat(SMALL, List.of(0), 2, 3))
                .hasMessageContaining("hidden widths must be positive, not 0");
        assertThatThrownBy(() -> MixtureMlpSpec.flat(SMALL, List.of(), 2, 3))
                .hasMessageContaining("one hidden layer");
    }
}
