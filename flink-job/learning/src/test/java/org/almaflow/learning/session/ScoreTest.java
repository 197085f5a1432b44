package org.almaflow.learning.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScoreTest {
    @Test
    void countsErrorsAndSumsCrossEntropy() {
        float[] logits = {0, 1, 2, /* */ 3, 3, 1, /* */ 100, 0, -100};
        Score score = Score.NONE.plus(logits, 3, 3, new int[] {9, 2, 1, 2}, 1);

        assertThat(score.examples()).isEqualTo(3);
        // Row 0 is right; in row 1 the first of two equal logits decides, wrongly; row 2 is wrong.
        assertThat(score.wrong()).isEqualTo(2);
        double row0 = Math.log(Math.exp(0) + Math.exp(1) + Math.exp(2)) - 2;
        double row1 = Math.log(2 * Math.exp(3) + Math.exp(1)) - 3;
        assertThat(score.lossSum()).isCloseTo(row0 + row1 + 200, within(1e-9));
        assertThat(score.error()).isEqualTo(2 / 3.0);
    }

    @Test
    void logitsThatAreNoNumbersAreErrors() {
        Score score = Score.NONE.plus(new float[] {Float.NaN, Float.NaN}, 1, 2, new int[] {0}, 0);

        assertThat(score.wrong()).isEqualTo(1);
        assertThat(score.loss()).isNaN();
    }

    @Test
    void nothingHasNoError() {
        assertThat(Score.NONE.error()).isNaN();
        assertThat(Score.NONE.accuracy()).isNaN();
    }
}
