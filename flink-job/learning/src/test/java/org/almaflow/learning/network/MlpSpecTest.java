package org.almaflow.learning.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.almaflow.learning.session.Cost;
import org.junit.jupiter.api.Test;

class MlpSpecTest {
    static final InputSpec MNIST =
            new InputSpec(
                    ElementType.UINT8, List.of(1, 28, 28), List.of(0.1307f), List.of(0.3081f));

    @Test
    void countsAreThoseOfTheReference() {
        MlpSpec spec = new MlpSpec(MNIST, List.of(64, 64), 10);

        assertThat(spec.forwardMacs()).isEqualTo(54_912);
        assertThat(spec.parameters()).isEqualTo(55_050);
    }

    @Test
    void costsAddUpByTheirFormulas() {
        Cost cost = Cost.NONE.plusTraining(100, 54_912).plusForward(10, 54_912);

        assertThat(cost).isEqualTo(new Cost(100, 5_491_200, 3 * 5_491_200 + 549_120));
        assertThat(cost.plus(cost))
                .isEqualTo(new Cost(200, 2 * 5_491_200, 6 * 5_491_200 + 2 * 549_120));
    }

    @Test
    void normalisationIsOneMultiplicationAndOneAddition() {
        assertThat(255 * MNIST.scale(0) + MNIST.shift(0))
                .isCloseTo((1 - 0.1307f) / 0.3081f, within(1e-6f));
        InputSpec channels =
                new InputSpec(
                        ElementType.FLOAT32, List.of(2, 1, 2), List.of(1f, 2f), List.of(2f, 4f));
        assertThat(channels.scale(1)).isEqualTo(0.5f);
        assertThat(channels.shift(1)).isEqualTo(-0.5f);
        assertThat(channels.scale(2)).isEqualTo(0.25f);
        assertThat(channels.shift(2)).isEqualTo(-0.5f);
    }

    @Test
    void impossibleShapesAreRefused() {
        assertThatThrownBy(() -> new MlpSpec(MNIST, List.of(0), 10))
                .hasMessageContaining("hidden widths must be positive, not [0]");
        assertThatThrownBy(() -> new MlpSpec(MNIST, List.of(4), 1))
                .hasMessageContaining("2 classes or more, not 1");
        assertThatThrownBy(() -> new InputSpec(ElementType.UINT8, List.of(0), List.of(), List.of()))
                .hasMessageContaining("[0]");
        assertThatThrownBy(
                        () ->
                                new InputSpec(
                                        ElementType.UINT8,
                                        List.of(3, 2, 2),
                                        List.of(1f, 1f),
                                        List.of(1f, 1f)))
                .hasMessageContaining("2 values for 3 channels");
    }
}
