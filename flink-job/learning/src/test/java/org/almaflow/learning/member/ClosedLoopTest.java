package org.almaflow.learning.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.member.TestingLearner.Asked;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.waiting.AfterTime;
import org.almaflow.learning.waiting.AllOf;
import org.almaflow.learning.waiting.AnyOf;
import org.almaflow.learning.waiting.Budget;
import org.almaflow.learning.waiting.EveryChunks;
import org.almaflow.learning.waiting.Progress.Prequential;
import org.almaflow.learning.waiting.Progress.Trained;
import org.almaflow.learning.waiting.TimeKind;
import org.almaflow.learning.waiting.WaitingPolicy;
import org.almaflow.learning.waiting.WarmUp;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
    private static final int CHUNKS = 6;
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1000), ZoneOffset.UTC);

    /** Needs feedback, of which it has enough. */
    private static final WaitingPolicy LOOP =
            new WarmUp(1, new AllOf(List.of(new Budget(1_000_000), new EveryChunks(2))));

    /** Trains once: nothing that follows can be paid for. */
    private static final WaitingPolicy ONCE = new Budget(1);

    private static final Family PAIR = new Family.Ensemble(2, Averaging.PROBABILITIES);

    private final TestingRun run = new TestingRun(TestingChunks.points(), 40, 40);
    private final List<ChunkRef> arrivals = new ArrayList<>();

    ClosedLoopTest() {
        for (long t = 1; t <= CHUNKS; t++) {
            arrivals.add(run.chunks.add(t, 40));
        }
    }

    private static LearnerSpec learner(Family family, WaitingPolicy waiting) {
        LearnerSpec l = TestingRun.learner(family);
        return new LearnerSpec(
                l.id(), l.family(), l.network(), waiting, l.replay(), l.training(), l.seed());
    }

    private TestingLearner learner(LearnerSpec spec, boolean lockstep) {
        return new TestingLearner(run, spec, lockstep, CLOCK);
    }

    private void arriveAll(TestingLearner learner) {
        learner.holdout();
        arrivals.forEach(chunk -> learner.arrive(chunk, CHUNKS, 500));
    }

    @Test
    void everyArrivalIsAskedAboutInOrderWithWhatWasLearnedBefore() throws IOException {
        TestingLearner learner = learner(learner(PAIR, LOOP), true);
        arriveAll(learner);
        learner.finish();

        assertThat(learner.asked)
                .extracting(a -> a.view().arrival())
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(learner.asked).extracting(Asked::index).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(learner.asked)
                .extracting(a -> a.decision().train())
                .containsExactly(true, false, true, false, true, false);
        Asked last = learner.asked.get(CHUNKS - 1);
        assertThat(last.view().progress().arrivals())
                .extracting(Prequential::arrival)
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(learner.said)
                .allSatisfy(
                        member ->
                                assertThat(member.results)
                                        .extracting(MemberResult::arrival)
                                        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L));
    }

    @Test
    void sessionsAreReportedAsSumsOverTheMembers() throws IOException {
        TestingLearner learner = learner(learner(PAIR, LOOP), true);
        arriveAll(learner);
        learner.finish();

        Asked second = learner.asked.get(1);
        Trained first = second.view().progress().sessions().get(0);
        List<SessionReport> closed =
                learner.said.stream()
                        .flatMap(m -> m.sessions.stream())
                        .filter(s -> s.session() == 1)
                        .filter(s -> s.phase() == SessionReport.Phase.CLOSED)
                        .toList();
        assertThat(closed).hasSize(2);
        assertThat(first.session()).isEqualTo(1);
        assertThat(first.examples()).isEqualTo(40);
        assertThat(first.distinctExamplesSoFar()).isEqualTo(40);
        assertThat(first.totalMacs())
                .isEqualTo(closed.stream().mapToLong(s -> s.cost().totalMacs()).sum())
                .isEqualTo(second.view().progress().totalMacs());
        assertThat(first.validationAccuracy())
                .isCloseTo(
                        closed.stream()
                                .mapToDouble(SessionReport::bestValidationAccuracy)
                                .average()
                                .orElseThrow(),
                        within(1e-12));
    }

    /** An oracle from what the members say: their summed predictions against the labels. */
    @Test
    void aChunkIsPredictedByAllMembersTogetherBeforeItIsTrainedOn() throws IOException {
        TestingLearner learner = learner(learner(PAIR, LOOP), true);
        arriveAll(learner);
        learner.finish();

        for (int t = 1; t <= CHUNKS; t++) {
            int arrival = t;
            PredictionSum sum =
                    learner.said.stream()
                            .map(m -> m.results.get(arrival).prediction().sum().orElseThrow())
                            .reduce(PredictionSum::plus)
                            .orElseThrow();
            Prequential told = learner.asked.get(t - 1).view().progress().arrivals().get(t - 1);
            assertThat(told.error())
                    .isEqualTo(sum.score(run.chunks.read(arrivals.get(t - 1)).labels()).error());
        }
        List<Prequential> all = learner.asked.get(CHUNKS - 1).view().progress().arrivals();
        assertThat(all.get(0).snapshotVersion()).isZero();
        assertThat(all.get(1).snapshotVersion()).isEqualTo(1);
        assertThat(all.get(CHUNKS - 1).error()).isLessThan(all.get(0).error());
    }

    @Test
    void aRestoreAfterAnyStepChangesNoDecision() throws IOException {
        LearnerSpec spec = learner(PAIR, LOOP);
        TestingLearner undisturbed = learner(spec, true);
        arriveAll(undisturbed);
        int steps = undisturbed.finish();
        assertThat(steps).isGreaterThan(100);
        for (int at = 0; at <= steps; at++) {
            TestingLearner before = learner(spec, true);
            arriveAll(before);
            for (int i = 0; i < at; i++) {
                before.step();
            }
            TestingLearner after =
                    new TestingLearner(run, spec, true, CLOCK, before.said, before.asked);
            after.restore(before.state());
            after.finish();

            assertThat(after.asked).as("after step %d", at).isEqualTo(undisturbed.asked);
            for (int m = 0; m < 2; m++) {
                assertThat(after.said.get(m).results).isEqualTo(undisturbed.said.get(m).results);
                assertThat(after.said.get(m).sessions).isEqualTo(undisturbed.said.get(m).sessions);
            }
        }
    }

    @Test
    void withoutLockstepItIsAskedOnceAboutAllThatArrivedMeanwhile() throws IOException {
        TestingLearner learner = learner(learner(new Family.Single(), LOOP), false);
        learner.holdout();
        learner.arrive(arrivals.get(0), CHUNKS, 500);
        while (learner.asked.isEmpty()) {
            learner.step();
        }
        learner.step(); // the first session is under way
        arrivals.stream().skip(1).forEach(chunk -> learner.arrive(chunk, CHUNKS, 500));
        learner.finish();

        assertThat(learner.asked).extracting(a -> a.view().arrival()).containsExactly(1L, 6L);
        assertThat(learner.asked.get(1).view().bufferedChunks()).isEqualTo(5);
        assertThat(learner.said.get(0).results)
                .extracting(MemberResult::arrival)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(learner.asked.get(1).view().progress().arrivals())
                .extracting(Prequential::snapshotVersion)
                .containsExactly(0L, 1L, 1L, 1L, 1L, 1L);
    }

    /** A clock that is set by hand. */
    private static final class TestingClock extends Clock {
        private long millis = 1000;

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            throw new UnsupportedOperationException("one zone only");
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }
    }

    @Test
    void aTimerAsksBetweenArrivalsAndOverdueOnceAfterARestart() throws IOException {
        WaitingPolicy timed =
                new AnyOf(
                        List.of(ONCE, new AfterTime(Duration.ofMillis(100), TimeKind.PROCESSING)));
        LearnerSpec spec = learner(new Family.Single(), timed);
        TestingClock clock = new TestingClock();
        TestingLearner learner = new TestingLearner(run, spec, true, clock);
        learner.holdout();
        learner.arrive(arrivals.get(0), CHUNKS, 1000);
        learner.arrive(arrivals.get(1), CHUNKS, 1000);
        learner.finish();
        assertThat(learner.asked)
                .extracting(a -> a.decision().train())
                .containsExactly(true, false);
        assertThat(learner.loop.wakeAt()).hasValue(1100);
        assertThat(learner.loop.hasWork()).isFalse();
        byte[] state = learner.state();

        clock.millis = 9000;
        TestingLearner later =
                new TestingLearner(run, spec, true, clock, learner.said, learner.asked);
        later.restore(state);
        later.finish();

        assertThat(later.asked).hasSize(3);
        assertThat(later.asked.get(2).view().timer()).isTrue();
        assertThat(later.asked.get(2).view().arrival()).isEqualTo(2);
        assertThat(later.asked.get(2).decision().train()).isTrue();
        assertThat(later.loop.wakeAt()).isEmpty();
        assertThat(later.said.get(0).results)
                .extracting(MemberResult::arrival, MemberResult::trained)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(0L, false),
                        org.assertj.core.groups.Tuple.tuple(1L, true),
                        org.assertj.core.groups.Tuple.tuple(2L, false),
                        org.assertj.core.groups.Tuple.tuple(2L, true));
    }

    @Test
    void noTimerAsksAfterTheLastArrival() throws IOException {
        WaitingPolicy timed =
                new AnyOf(
                        List.of(ONCE, new AfterTime(Duration.ofMillis(100), TimeKind.PROCESSING)));
        TestingLearner learner =
                new TestingLearner(
                        run, learner(new Family.Single(), timed), true, new TestingClock());
        learner.holdout();
        learner.arrive(arrivals.get(0), 2, 1000);
        learner.arrive(arrivals.get(1), 2, 1000);
        learner.finish();

        assertThat(learner.asked.get(1).decision().train()).isFalse();
        assertThat(learner.loop.wakeAt()).isEmpty();
    }
}
