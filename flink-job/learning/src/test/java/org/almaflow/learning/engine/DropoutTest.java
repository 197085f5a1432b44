package org.almaflow.learning.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DropoutTest {
    private static float[] factors(double share, long seed, int count, int position, int place) {
        float[] factors = new float[count + 2];
        Arrays.fill(factors, 1);
        new Dropout(share, seed).apply(factors, 1, count, position, place);
        assertThat(factors[0]).isEqualTo(1);
        assertThat(factors[count + 1]).isEqualTo(1);
        return Arrays.copyOfRange(factors, 1, count + 1);
    }

    @Test
    void leavesItsShareOutAndScalesTheOthers() {
        float[] factors = factors(0.25, 7, 40_000, 3, 5);
        int left = 0;
        for (float factor : factors) {
            assertThat(factor).isIn(0f, (float) (1 / 0.75));
            left += factor == 0 ? 1 : 0;
        }
        assertThat(left / 40_000.0).isCloseTo(0.25, within(0.01));
        assertThat(factors(0, 7, 100, 3, 5)).containsOnly(1f);
    }

    @Test
    void isAFunctionOfSeedPositionAndPlace() {
        float[] one = factors(0.5, 7, 200, 3, 5);

        assertThat(factors(0.5, 7, 200, 3, 5)).isEqualTo(one);
        assertThat(factors(0.5, 8, 200, 3, 5)).isNotEqualTo(one);
        assertThat(factors(0.5, 7, 200, 4, 5)).isNotEqualTo(one);
        assertThat(factors(0.5, 7, 200, 3, 6)).isNotEqualTo(one);
        assertThat(Arrays.copyOf(factors(0.5, 7, 300, 3, 5), 200)).isEqualTo(one);
    }
}
