package org.almaflow.observer.report;

import static org.almaflow.observer.report.TestingRuns.START;
import static org.almaflow.observer.report.TestingRuns.learner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.almaflow.schemas.Measure;
import org.junit.jupiter.api.Test;

class AnytimeErrorTest {
    /** Arrivals at 10, 20 and 30 s, predictors 2 s later; the run ends 8 s after the last one. */
    @Test
    void integratesTheErrorOfTheNewestPredictorOverRealTime() {
        LearnerRun learner = learner("r", "a", 0, 0.5, 0.25, 0.125);
        AnytimeError curve = AnytimeError.of(learner, START.plusSeconds(40));
        // untrained 2 s at 0.9, then 10 s at 0.5, 10 s at 0.25, 8 s at 0.125
        double integral = 2 * 0.9 + 10 * 0.5 + 10 * 0.25 + 8 * 0.125;
        assertThat(curve.integral()).isCloseTo(integral, within(1e-9));
        assertThat(curve.mean()).isCloseTo(integral / 30, within(1e-9));
    }

    @Test
    void beginsWithTheFirstPredictorWhereTheUntrainedErrorIsNotKnown() {
        LearnerRun known = learner("r", "a", 0, 0.5, 0.25);
        LearnerRun learner =
                new LearnerRun(
                        "r",
                        "a",
                        "SM",
                        "chunks: 1",
                        Map.of(),
                        0,
                        Measure.ERROR,
                        Double.NaN,
                        known.points(),
                        List.of());
        AnytimeError curve = AnytimeError.of(learner, START.plusSeconds(22));
        assertThat(curve.integral()).isCloseTo(10 * 0.5, within(1e-9));
        assertThat(curve.mean()).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void aRunOfNoLengthHasItsOnlyError() {
        LearnerRun known = learner("r", "a", 0, 0.5);
        LearnerRun learner =
                new LearnerRun(
                        "r",
                        "a",
                        "SM",
                        "chunks: 1",
                        Map.of(),
                        0,
                        Measure.ERROR,
                        Double.NaN,
                        known.points(),
                        List.of());
        assertThat(AnytimeError.of(learner, START.plusSeconds(12)).mean()).isEqualTo(0.5);
    }
}
