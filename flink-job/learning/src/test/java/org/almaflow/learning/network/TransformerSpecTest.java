package org.almaflow.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TransformerSpecTest {
    private static final InputSpec TEXT =
            new InputSpec(ElementType.TOKEN, List.of(129), List.of(), List.of());

    @Test
    void aSmallGptHasTheParametersAndMacsOfTheFormulas() {
        TransformerSpec spec = new TransformerSpec(TEXT, 65, 4, 128, 4, 512, 0.1, List.of());

        long block = 4 * 128 * 128 + 4 * 128 + 2 * 128 * 512 + 512 + 128 + 4 * 128;
        assertThat(spec.parameters()).isEqualTo((65 + 128) * 128 + 4 * block + 2 * 128);
        assertThat(spec.parameters()).isEqualTo(818_048);
        long position =
                4 * (4 * 128 * 128 + 2 * 128 * 512 + 2 * 128 * 128 + 4 * 128) + 65 * 128 + 256;
        assertThat(spec.forwardMacs()).isEqualTo(128 * position);
        assertThat(spec.values()).isEqualTo(spec.parameters());
    }

    @Test
    void aMixtureHasExpertsInEveryOtherBlockAndComputesOneAToken() {
        TransformerSpec dense = new TransformerSpec(TEXT, 65, 5, 8, 2, 16, 0, List.of());
        TransformerSpec spec = new TransformerSpec(TEXT, 65, 5, 8, 2, 16, 0, List.of(3, 4));

        assertThat(List.of(spec.experts(0), spec.experts(1), spec.experts(2), spec.experts(3)))
                .containsExactly(0, 3, 0, 4);
        long expert = 2 * 8 * 16 + 16 + 8;
        assertThat(spec.parameters() - dense.parameters())
                .isEqualTo(2 * expert + 3 * expert + 7 * 8);
        assertThat(spec.forwardMacs() - dense.forwardMacs()).isEqualTo(128 * 7 * 8);
        assertThat(spec.capacity(1)).isEqualTo(43);
        assertThat(spec.capacity(3)).isEqualTo(32);
        assertThat(spec.mixtures()).extracting(Mixture::experts).containsExactly(3, 4);
    }

    @Test
    void initialWeightsAreSmallVectorsUnitNormsAndLinearLayersByTheirInputs() {
        TransformerSpec spec = new TransformerSpec(TEXT, 65, 2, 64, 2, 100, 0, List.of(2));
        Tensors weights = Tensors.initial(spec, 1);

        assertThat(weights.byName().get("norm.weight").data()).containsOnly(1f);
        assertThat(weights.byName().get("blocks.0.norm2.bias").data()).containsOnly(0f);
        assertBound(weights, "tokens.weight", 0.02 * Math.sqrt(3));
        assertBound(weights, "blocks.1.experts.down.weight", 0.1);
        assertBound(weights, "blocks.0.attention.qkv.bias", 0.125);
    }

    private static void assertBound(Tensors weights, String name, double bound) {
        float most = 0;
        for (float value : weights.byName().get(name).data()) {
            most = Math.max(most, Math.abs(value));
        }
        assertThat((double) most).isBetween(0.9 * bound, bound);
    }

    @Test
    void goesThroughJson() {
        TransformerSpec spec = new TransformerSpec(TEXT, 65, 3, 8, 2, 16, 0.1, List.of(3));

        assertThat(NetworkJson.read(NetworkJson.write(spec))).isEqualTo(spec);
    }

    @Test
    void tokensAndValuesDoNotMix() {
        assertThatThrownBy(() -> new MlpSpec(TEXT, List.of(), 65))
                .hasMessageContaining("sequences of tokens, which need network type transformer");
        InputSpec table = new InputSpec(ElementType.FLOAT32, List.of(4), List.of(), List.of());
        assertThatThrownBy(() -> new TransformerSpec(table, 65, 1, 8, 1, 8, 0, List.of()))
                .hasMessageContaining("a transformer needs a stream of tokens");
        assertThatThrownBy(() -> new InputSpec(ElementType.TOKEN, List.of(1), List.of(), List.of()))
                .hasMessageContaining("2 tokens or more");
    }

    @Test
    void shapesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new TransformerSpec(TEXT, 65, 1, 8, 3, 8, 0, List.of()))
                .hasMessageContaining("heads part the width evenly");
        assertThatThrownBy(() -> new TransformerSpec(TEXT, 65, 1, 8, 2, 8, 1, List.of()))
                .hasMessageContaining("dropout");
        assertThatThrownBy(() -> new TransformerSpec(TEXT, 65, 4, 8, 2, 8, 0, List.of(2)))
                .hasMessageContaining("4 layers have experts in 2 of them");
    }
}
