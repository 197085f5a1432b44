package org.almaflow.learning.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.waiting.Progress.Prequential;
import org.almaflow.learning.waiting.Progress.Trained;
import org.junit.jupiter.api.Test;

/** What error-driven and adaptive do on learners whose curve is known. */
class CurvePoliciesTest {
    private static TestingLearner learner() {
        return new TestingLearner(0.35, 0.1, 0.1);
    }

    @Test
    void errorDrivenWaitsLongerTheLargerTheMarginAndTheMoreItHasSeen() {
        List<Long> eager = learner().run(new ErrorDriven(0.003), 100, 100).trainedAt;
        List<Long> patient = learner().run(new ErrorDriven(0.02), 100, 100).trainedAt;

        assertThat(eager).hasSizeGreaterThan(patient.size());
        assertThat(patient).hasSizeBetween(2, 8);
        assertThat(patient.get(patient.size() - 1) - patient.get(patient.size() - 2))
                .isGreaterThan(patient.get(1) - patient.get(0));
    }

    @Test
    void aSuddenChangeIsTrainedOnAtOnce() {
        TestingLearner calm = learner().run(new ErrorDriven(0.02), 40, 0);
        WaitingView holding = view(calm, calm.arrivals, 45, 5);
        List<Prequential> changed = new ArrayList<>(calm.arrivals);
        long model = changed.get(changed.size() - 1).snapshotVersion();
        changed.add(new Prequential(41, 1000, 0.3, 1, model));

        assertThat(new ErrorDriven(0.02).decide(holding).train()).isFalse();
        Decision decision = new ErrorDriven(0.02).decide(view(calm, changed, 45, 5));
        assertThat(decision.train()).isTrue();
        assertThat(decision.reason()).startsWith("the newest chunk's error 30.02 % is above");
    }

    private static WaitingView view(
            TestingLearner learner, List<Prequential> seen, long arrival, long buffered) {
        Trained last = learner.sessions.get(learner.sessions.size() - 1);
        return new WaitingView(
                arrival,
                100,
                false,
                buffered,
                buffered * TestingLearner.CHUNK,
                learner.sessions.size(),
                last.distinctExamplesSoFar(),
                last.arrival(),
                0,
                0,
                0,
                new Progress(learner.sessions, seen, 0));
    }

    @Test
    void adaptiveIsNearTheBestFixedWaitAndTrainsOnLess() {
        TestingLearner adaptive = learner().run(new Adaptive(0.01, 0), 100, 100);
        double best = Double.MAX_VALUE;
        for (long w : new long[] {1, 2, 5, 10, 20}) {
            best = Math.min(best, learner().run(new EveryChunks(w), 100, 100).errorSum);
        }

        assertThat(adaptive.errorSum).isLessThan(best);
        assertThat(adaptive.sessions.get(adaptive.sessions.size() - 1).distinctExamplesSoFar())
                .isLessThan(95 * TestingLearner.CHUNK);
    }

    @Test
    void whereNothingIsForgottenAndComputeIsFreeItNeverPaysToWait() {
        TestingLearner learner = learner().run(new EveryChunks(3), 32, 0);
        ErrorCurve curve = new ErrorCurve(Math.log(0.1), 0.35, 0, 1000, null, null, 0.09);
        ErrorCurve forgetful = new ErrorCurve(Math.log(0.1), 0.35, 0.3, 1000, null, null, 0.04);
        WaitingView view = view(learner, learner.arrivals, 32, 2);

        assertThat(Plans.of(view, curve, 0, 0).bestFrom(0).total())
                .isLessThan(Plans.of(view, curve, 0, 0).bestLater().total());
        assertThat(Plans.of(view, forgetful, 0, 0).bestFrom(0).total())
                .isGreaterThan(Plans.of(view, forgetful, 0, 0).bestLater().total());
    }

    @Test
    void aHigherPriceBuysLessTraining() {
        long before = Long.MAX_VALUE;
        for (double price : new double[] {0, 0.01, 0.1, 10}) {
            TestingLearner learner = learner().run(new Adaptive(price, 0), 100, 100);
            long trained =
                    learner.sessions.get(learner.sessions.size() - 1).distinctExamplesSoFar();

            assertThat(trained).isLessThanOrEqualTo(before);
            before = trained;
        }
        assertThat(before).isEqualTo(TestingLearner.CHUNK);
    }

    @Test
    void nothingIsTrainedAtTheEndThatCannotPay() {
        List<Long> known = learner().run(new Adaptive(0.01, 0), 100, 100).trainedAt;

        assertThat(known.get(known.size() - 1)).isLessThan(90);
    }

    @Test
    void aLongerHorizonOnAnEndlessStreamTrainsMore() {
        List<Long> near = learner().run(new Adaptive(0.05, 3), 100, 0).trainedAt;
        List<Long> far = learner().run(new Adaptive(0.05, 1000), 100, 0).trainedAt;

        assertThat(far).hasSizeGreaterThan(near.size());
    }
}
