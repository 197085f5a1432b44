package org.almaflow.learning.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the policies that need no curve train, on a chunk of 1,000 examples a minute. */
class PoliciesTest {
    private static final AfterTime FIVE_MINUTES = after(5, TimeKind.PROCESSING);

    private static AfterTime after(long minutes, TimeKind clock) {
        return new AfterTime(Duration.ofMinutes(minutes), clock);
    }

    private static TestingLearner run(WaitingPolicy policy, long arrivals) {
        return new TestingLearner(0.35, 0.1, 0).run(policy, arrivals, 0);
    }

    private static List<Long> trainedAt(WaitingPolicy policy, long arrivals) {
        return run(policy, arrivals).trainedAt;
    }

    @Test
    void countsOfChunksAndOfExamples() {
        assertThat(trainedAt(new EveryChunks(3), 10)).containsExactly(3L, 6L, 9L);
        assertThat(trainedAt(new EveryExamples(2500), 10)).containsExactly(3L, 6L, 9L);
        assertThat(trainedAt(new EveryExamples(1), 3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void everyGeometricSessionMultipliesTheData() {
        assertThat(trainedAt(new Geometric(2), 50)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L);
        assertThat(trainedAt(new Geometric(3), 50)).containsExactly(1L, 3L, 9L, 27L);
    }

    @Test
    void aWarmUpTrainsAtOnceAndThenLeavesIt() {
        assertThat(trainedAt(new WarmUp(3, new EveryChunks(4)), 12))
                .containsExactly(1L, 2L, 3L, 7L, 11L);
        assertThat(run(new WarmUp(1, new EveryChunks(4)), 1).last.reason())
                .isEqualTo("chunk 1 is one of the first 1, trained on at once");
    }

    @Test
    void onProcessingTimeNoChunkWaitsLonger() {
        TestingLearner learner = run(after(2, TimeKind.PROCESSING), 7);

        // Chunks arrive at minutes 1, 2, 3, ...: the one of minute 1 is due at minute 3.
        assertThat(learner.trainedTimes)
                .containsExactly(3 * TestingLearner.MINUTE, 6 * TestingLearner.MINUTE);
        AfterTime between = new AfterTime(Duration.ofSeconds(90), TimeKind.PROCESSING);
        assertThat(run(between, 4).trainedTimes)
                .as("a timer asks when nothing arrives")
                .containsExactly(150_000L, 270_000L);
    }

    @Test
    void onEventTimeItIsDecidedAtArrivals() {
        AfterTime between = new AfterTime(Duration.ofSeconds(90), TimeKind.EVENT);

        assertThat(run(between, 6).trainedTimes).containsExactly(180_000L, 360_000L);
    }

    @Test
    void anyOfTrainsAtTheFirstAndAllOfAtTheLast() {
        assertThat(trainedAt(new AnyOf(List.of(new EveryChunks(3), FIVE_MINUTES)), 9))
                .containsExactly(3L, 6L, 9L);
        assertThat(trainedAt(new AnyOf(List.of(new EveryChunks(9), FIVE_MINUTES)), 12))
                .containsExactly(6L, 12L);
        assertThat(trainedAt(new AllOf(List.of(new EveryChunks(3), FIVE_MINUTES)), 12))
                .containsExactly(6L, 12L);
        assertThat(trainedAt(new AllOf(List.of(new EveryChunks(9), FIVE_MINUTES)), 18))
                .containsExactly(9L, 18L);
    }

    @Test
    void aCompositionSaysWhichOfItsPoliciesDecided() {
        WaitingPolicy either = new AnyOf(List.of(new EveryChunks(3), new EveryExamples(9000)));

        assertThat(run(either, 3).last.reason()).isEqualTo("3 of 3 chunks buffered");
        assertThat(run(either, 2).last.reason())
                .isEqualTo("2 of 3 chunks buffered; 2000 of 9000 examples buffered");
        assertThat(run(either, 2).last.figures())
                .containsOnlyKeys("buffered_chunks", "buffered_examples");
    }

    /** A session costs 1,000,000 MACs an example. */
    @Test
    void aBudgetIsPaidBackBeforeTheNextSession() {
        assertThat(trainedAt(new Budget(1_000_000), 4)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(trainedAt(new Budget(9_000_000), 4)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(trainedAt(new Budget(500_000), 20)).containsExactly(1L, 2L, 4L, 8L, 16L);
        assertThat(run(new Budget(500_000), 3).last.reason())
                .isEqualTo("2.00e+09 MACs spent, 1.50e+09 earned");
    }

    @Test
    void clocksMustAgreeInAComposition() {
        List<WaitingPolicy> mixed = List.of(FIVE_MINUTES, after(5, TimeKind.EVENT));

        assertThatThrownBy(() -> new AnyOf(mixed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give all times the same clock");
    }
}
