package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import org.almaflow.schemas.Measure;
import org.junit.jupiter.api.Test;

class LearnerFiguresTest {
    /** Arrival 3, error 2.5, cumulative error 9, lag, snapshot and its time. */
    private static final List<Double> STATE = List.of(3.0, 2.5, 9.0, 0.1, 3.0, 1e12);

    @Test
    void nothingButTheLearnersOwnMeasureHasAValue() {
        for (Measure own : Measure.values()) {
            LearnerFigures figures = new LearnerFigures(Clock.systemUTC(), own);
            figures.restore(STATE);

            for (Measure asked : Measure.values()) {
                Double expected = asked == own ? 2.5 : Double.NaN;
                assertThat(figures.in(asked)).isEqualTo(expected); // boxed: NaN equals NaN
            }
        }
    }

    @Test
    void whatWasNotEvaluatedHasNoErrorInAnyMeasure() {
        LearnerFigures figures = new LearnerFigures(Clock.systemUTC(), Measure.ERROR);

        assertThat(figures.in(Measure.ERROR)).isNaN();
        assertThat(figures.in(Measure.CROSS_ENTROPY)).isNaN();
    }
}
