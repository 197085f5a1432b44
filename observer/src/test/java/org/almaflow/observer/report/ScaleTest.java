package org.almaflow.observer.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScaleTest {
    @Test
    void ticksAreRoundNumbers() {
        assertThat(Scale.linear(-0.25, 50.25).ticks(true)).containsExactly(0, 10, 20, 30, 40, 50);
        assertThat(Scale.linear(0, 3).ticks(true)).containsExactly(0, 1, 2, 3);
        assertThat(Scale.linear(0, 1.05).ticks(false))
                .usingComparatorWithPrecision(1e-12)
                .containsExactly(0, 0.2, 0.4, 0.6, 0.8, 1);
    }

    @Test
    void aLogarithmicAxisHasRoomAroundItsValuesAndNoneForZero() {
        Scale scale = Scale.log(0.02, 0, Double.NaN, 0.9);
        assertThat(scale.min()).isBetween(0.015, 0.02);
        assertThat(scale.max()).isBetween(0.9, 1.2);
        assertThat(scale.holds(0)).isFalse();
        assertThat(scale.holds(0.5)).isTrue();
        assertThat(scale.isNumbered(0.05)).isTrue();
        assertThat(scale.isNumbered(0.03)).isFalse();
    }

    @Test
    void numbersAreShort() {
        assertThat(Tick.PERCENT.text(0.05)).isEqualTo("5 %");
        assertThat(Tick.PERCENT.text(0.005)).isEqualTo("0.5 %");
        assertThat(Tick.COUNT.text(20e9)).isEqualTo("20 G");
        assertThat(Tick.PLAIN.text(0.30000000000000004)).isEqualTo("0.3");
    }
}
