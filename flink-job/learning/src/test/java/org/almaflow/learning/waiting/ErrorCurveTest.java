package org.almaflow.learning.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.almaflow.learning.waiting.Progress.Prequential;
import org.almaflow.learning.waiting.Progress.Trained;
import org.junit.jupiter.api.Test;

class ErrorCurveTest {
    private static ErrorCurve curve(TestingLearner learner) {
        return ErrorCurve.of(new Progress(learner.sessions, learner.arrivals, 0)).orElseThrow();
    }

    @Test
    void thereIsNoneBeforeATrainedModelHasBeenJudged() {
        TestingLearner untrained = new TestingLearner(0.35, 0.1, 0).run(new EveryChunks(9), 5, 0);
        TestingLearner unjudged = new TestingLearner(0.35, 0.1, 0).run(new EveryChunks(5), 5, 0);

        assertThat(ErrorCurve.of(new Progress(untrained.sessions, untrained.arrivals, 0)))
                .isEmpty();
        assertThat(ErrorCurve.of(new Progress(unjudged.sessions, unjudged.arrivals, 0))).isEmpty();
    }

    private static ErrorCurve afterNinety(TestingLearner learner) {
        WaitingPolicy mixed = new AnyOf(List.of(new EveryChunks(13), new Geometric(1.3)));
        return curve(learner.run(mixed, 90, 0));
    }

    @Test
    void aKnownCurveIsFoundFromItsPoints() {
        TestingLearner forgetful = new TestingLearner(0.5, 0.25, 0.05);
        TestingLearner mindful = new TestingLearner(0.3, 0, 0.05);

        for (TestingLearner learner : List.of(forgetful, mindful)) {
            ErrorCurve curve = afterNinety(learner);

            assertThat(curve.beta()).isCloseTo(learner.beta, within(0.12));
            assertThat(curve.at(150_000, 60_000))
                    .isCloseTo(learner.error(150_000, 60_000), within(0.004));
        }
    }

    @Test
    void oneNoisyPointHardlyMovesThePrior() {
        TestingLearner learner = new TestingLearner(0.9, 0.5, 0.1).run(new EveryChunks(1), 3, 0);

        assertThat(curve(learner).beta()).isBetween(0.3, 0.5);
        assertThat(curve(learner).phi()).isBetween(0.0, 0.2);
    }

    @Test
    void theCurrentErrorIsBetweenWhatWasSeenAndWhatWasExpected() {
        Trained first = new Trained(1, 1, 1000, 1000, 0.9, 1, 1, 1);
        Trained second = new Trained(2, 2, 1000, 2000, 0.9, 1, 1, 1);
        List<Prequential> seen =
                List.of(
                        new Prequential(2, 1000, 0.1, 0, 1),
                        new Prequential(3, 1000, 0.2, 0, 2)); // unlucky: it should be below 0.1

        ErrorCurve curve =
                ErrorCurve.of(new Progress(List.of(first, second), seen, 0)).orElseThrow();

        assertThat(curve.current()).isLessThan(0.2).isGreaterThan(curve.at(2000, 1000));
    }

    @Test
    void anErrorOfNothingOrOfEverythingIsAPointToo() {
        Trained first = new Trained(1, 1, 1000, 1000, 1, 1, 1, 1);
        for (double error : new double[] {0, 1}) {
            List<Prequential> seen = List.of(new Prequential(2, 1000, error, 0, 1));
            ErrorCurve curve = ErrorCurve.of(new Progress(List.of(first), seen, 0)).orElseThrow();

            assertThat(curve.current()).isCloseTo(error, within(0.001));
        }
    }
}
