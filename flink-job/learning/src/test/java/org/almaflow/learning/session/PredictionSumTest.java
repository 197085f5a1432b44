package org.almaflow.learning.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.almaflow.learning.family.Averaging;
import org.junit.jupiter.api.Test;

class PredictionSumTest {
    private static final float[] FIRST = {0, (float) Math.log(3)}; // probabilities 1/4, 3/4
    private static final float[] SECOND = {(float) Math.log(9), 0}; // 9/10, 1/10

    @Test
    void probabilitiesAreAveraged() {
        PredictionSum sum =
                PredictionSum.of(Averaging.PROBABILITIES, 2, FIRST)
                        .plus(PredictionSum.of(Averaging.PROBABILITIES, 2, SECOND));

        Score score = sum.score(new int[] {0});
        assertThat(sum.networks()).isEqualTo(2);
        assertThat(score.wrong()).isZero();
        assertThat(score.loss()).isCloseTo(-Math.log((0.25 + 0.9) / 2), within(1e-6));
    }

    @Test
    void logitsAreAveraged() {
        PredictionSum sum =
                PredictionSum.of(Averaging.LOGITS, 2, FIRST)
                        .plus(PredictionSum.of(Averaging.LOGITS, 2, SECOND));

        double z = (Math.log(9) - Math.log(3)) / 2;
        assertThat(sum.score(new int[] {1}).loss())
                .isCloseTo(Math.log(1 + Math.exp(z)), within(1e-6));
        assertThat(sum.score(new int[] {1}).wrong()).isEqualTo(1);
    }

    @Test
    void aloneBothAreTheNetworksOwnScore() {
        Score own = Score.NONE.plus(FIRST, 1, 2, new int[] {0}, 0);
        for (Averaging averaging : Averaging.values()) {
            Score score = PredictionSum.of(averaging, 2, FIRST).score(new int[] {0});
            assertThat(score.wrong()).isEqualTo(own.wrong());
            assertThat(score.lossSum()).isCloseTo(own.lossSum(), within(1e-6));
        }
    }

    @Test
    void ofTokensTheProbabilitiesOfTheTargetsAreAveraged() {
        PredictionSum sum =
                PredictionSum.ofTargets(new float[] {(float) Math.log(0.5), 0})
                        .plus(PredictionSum.ofTargets(new float[] {(float) Math.log(0.1), -200}));

        Score score = sum.score(new int[0]);
        assertThat(score.examples()).isEqualTo(2);
        assertThat(score.lossSum()).isCloseTo(-Math.log(0.3) - Math.log(0.5), within(1e-6));
        assertThat(score.wrong()).isEqualTo(1);
        assertThat(score.perplexity()).isCloseTo(1 / Math.sqrt(0.15), within(1e-6));
        assertThat(PredictionSum.ofTargets(new float[] {-1e4f}).score(new int[0]).loss())
                .isFinite();
    }

    @Test
    void predictionsOfOtherExamplesAreRefused() {
        PredictionSum one = PredictionSum.of(Averaging.LOGITS, 2, FIRST);
        assertThatThrownBy(() -> one.plus(PredictionSum.of(Averaging.LOGITS, 2, new float[4])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> one.plus(PredictionSum.of(Averaging.PROBABILITIES, 2, SECOND)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
