package org.almaflow.learning.growth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.TransformerSpec;
import org.junit.jupiter.api.Test;

class SwitchGrowthTest {
    private static final InputSpec TEXT =
            new InputSpec(ElementType.TOKEN, List.of(5), List.of(), List.of());
    private static final TransformerSpec SPEC =
            new TransformerSpec(TEXT, 9, 4, 4, 2, 3, 0, List.of(3, 2));

    @Test
    void expertsWithTheLargestLossAreCopiedWithTheirGateRows() {
        Tensors weights = Tensors.initial(SPEC, 1);

        Grown grown = SwitchGrowth.copy(SPEC, weights, new double[][] {{1, 9, 4}, {5, 2}}, 2);

        assertThat(((TransformerSpec) grown.spec()).experts()).containsExactly(5, 4);
        for (String tensor : List.of("gates.weight", "experts.up.weight", "experts.down.bias")) {
            assertParts(weights, grown.weights(), "blocks.1." + tensor, 3, 1, 2);
            assertParts(weights, grown.weights(), "blocks.3." + tensor, 2, 0, 1);
        }
        assertThat(grown.weights().byName().get("tokens.weight").data())
                .isEqualTo(weights.byName().get("tokens.weight").data());
        assertThat(grown.weights().flat(grown.spec())).hasSize((int) grown.spec().values());
    }

    @Test
    void aBlockWithFewerExpertsCopiesAllOfThem() {
        assertThat(SwitchGrowth.largest(new double[] {3, 3, 7}, 5)).containsExactly(2, 0, 1);
    }

    private static void assertParts(
            Tensors before, Tensors after, String name, int experts, int... copied) {
        float[] old = before.byName().get(name).data();
        float[] grown = after.byName().get(name).data();
        int part = old.length / experts;
        assertThat(Arrays.copyOf(grown, old.length)).isEqualTo(old);
        for (int i = 0; i < copied.length; i++) {
            int at = old.length + i * part;
            assertThat(Arrays.copyOfRange(grown, at, at + part))
                    .isEqualTo(Arrays.copyOfRange(old, copied[i] * part, (copied[i] + 1) * part));
        }
    }
}
