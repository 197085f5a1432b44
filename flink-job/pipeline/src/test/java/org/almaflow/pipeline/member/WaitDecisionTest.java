package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.almaflow.learning.waiting.AfterTime;
import org.almaflow.learning.waiting.Budget;
import org.almaflow.learning.waiting.EveryChunks;
import org.almaflow.learning.waiting.TimeKind;
import org.almaflow.learning.waiting.WaitingPolicy;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.WaitState;
import org.almaflow.pipeline.member.WaitDecision.Outcome;
import org.junit.jupiter.api.Test;

class WaitDecisionTest {
    private final WaitState state = WaitDecision.begin();

    private static ChunkArrived arrival(long chunk, long examples) {
        return new ChunkArrived(
                "toy",
                chunk,
                9L,
                examples,
                "p" + chunk,
                "s",
                ByteBuffer.allocate(0),
                0,
                1L,
                2L,
                0,
                100 + chunk,
                10 + chunk);
    }

    private static WaitDecision decision(WaitingPolicy policy, int members) {
        return new WaitDecision(
                policy, IntStream.range(0, members).boxed().toList(), Clock.systemUTC());
    }

    private MemberDirective decide(long w, long chunk, long examples) {
        List<MemberDirective> directives =
                decision(new EveryChunks(w), 1)
                        .arrive(state, arrival(chunk, examples))
                        .directives();
        assertThat(directives).hasSize(1);
        return directives.get(0);
    }

    @Test
    void theHoldoutIsHandedOnAndNotTrainedOn() {
        MemberDirective directive = decide(1, 0, 10);

        assertThat(directive.getTrain()).isFalse();
        assertThat(directive.getArrival()).isZero();
        assertThat(directive.getFresh()).containsExactly(arrival(0, 10));
        assertThat(state.getBuffered()).isEmpty();
    }

    @Test
    void everySecondArrivalTrainsOnTheTwoNewest() {
        assertThat(decide(2, 1, 10).getTrain()).isFalse();
        MemberDirective second = decide(2, 2, 10);
        MemberDirective third = decide(2, 3, 10);

        assertThat(second.getTrain()).isTrue();
        assertThat(second.getSession()).isEqualTo(1);
        assertThat(second.getFresh()).containsExactly(arrival(1, 10), arrival(2, 10));
        assertThat(second.getReason()).isEqualTo("2 of 2 chunks buffered");
        assertThat(second.getArrivedAt()).isEqualTo(102);
        assertThat(third.getTrain()).isFalse();
        assertThat(third.getSession()).isEqualTo(1);
        assertThat(third.getFresh()).isEmpty();
    }

    @Test
    void chunksWithoutAnyExampleDoNotOpenASession() {
        MemberDirective empty = decide(1, 1, 0);
        MemberDirective next = decide(1, 2, 10);

        assertThat(empty.getTrain()).isFalse();
        assertThat(empty.getReason()).isEqualTo("1 of 1 chunks buffered, but they hold no example");
        assertThat(next.getTrain()).isTrue();
        assertThat(next.getSession()).isEqualTo(1);
        assertThat(next.getFresh()).containsExactly(arrival(1, 0), arrival(2, 10));
    }

    private static final WaitingPolicy HALF_A_SECOND =
            new AfterTime(Duration.ofMillis(500), TimeKind.PROCESSING);

    private static WaitDecision at(long millis) {
        Clock clock = Clock.fixed(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
        return new WaitDecision(HALF_A_SECOND, List.of(0), clock);
    }

    @Test
    void aTimerOpensASessionOfTheNewestArrival() {
        assertThat(at(110).arrive(state, arrival(1, 10)).wakeAt()).hasValue(601);
        assertThat(at(120).arrive(state, arrival(2, 10)).wakeAt()).hasValue(601);
        Outcome woken = at(601).wake(state);

        assertThat(woken.decision().orElseThrow().view().timer()).isTrue();
        assertThat(woken.decision().orElseThrow().index()).isEqualTo(3);
        assertThat(woken.directives())
                .singleElement()
                .satisfies(
                        d -> {
                            assertThat(d.getTimer()).isTrue();
                            assertThat(d.getTrain()).isTrue();
                            assertThat(d.getArrival()).isEqualTo(2);
                            assertThat(d.getNewest()).as("it is predicted already").isNull();
                            assertThat(d.getFresh())
                                    .containsExactly(arrival(1, 10), arrival(2, 10));
                        });
        assertThat(woken.wakeAt()).isEmpty();
        assertThat(at(700).wake(state).decision()).as("nothing is buffered").isEmpty();
    }

    @Test
    void aTimerThatComesTooEarlyHoldsAndSetsTheNext() {
        at(110).arrive(state, arrival(1, 10));
        Outcome woken = at(400).wake(state);

        assertThat(woken.directives()).isEmpty();
        assertThat(woken.decision().orElseThrow().decision().train()).isFalse();
        assertThat(woken.wakeAt()).hasValue(601);
    }

    @Test
    void noTimerIsSetAfterTheLastArrival() {
        assertThat(at(110).arrive(state, arrival(9, 10)).wakeAt()).isEmpty();
    }

    /** 50 ms of event time apart: the third has an oldest buffered chunk of 100 ms before. */
    @Test
    void eventTimeIsThatOfTheChunksAndNeverGoesBack() {
        WaitingPolicy policy = new AfterTime(Duration.ofMillis(100), TimeKind.EVENT);
        WaitDecision decision = decision(policy, 1);
        List<Boolean> trained = new ArrayList<>();
        for (long produced : new long[] {1000, 990, 1050, 1100}) {
            ChunkArrived arrival = arrival(trained.size() + 1, 10);
            arrival.setProducedAt(produced);
            trained.add(decision.arrive(state, arrival).directives().get(0).getTrain());
        }

        assertThat(trained).containsExactly(false, false, false, true);
        assertThat(state.getNewestAt()).isEqualTo(1100);
        assertThat(state.getLastSessionAt()).isEqualTo(1100);
    }

    @Test
    void arrivalsOfAPolicyThatNeedsFeedbackPassUndecided() {
        Outcome outcome = decision(new Budget(5), 2).arrive(state, arrival(1, 10));

        assertThat(outcome.decision()).isEmpty();
        assertThat(outcome.directives())
                .singleElement()
                .satisfies(
                        d -> {
                            assertThat(d.getDecided()).isFalse();
                            assertThat(d.getNewest()).isEqualTo(arrival(1, 10));
                        });
        assertThat(state.getBuffered()).isEmpty();
    }

    @Test
    void everyMemberGetsItsCopy() {
        assertThat(decision(new EveryChunks(1), 3).arrive(state, arrival(1, 10)).directives())
                .extracting(MemberDirective::getMember)
                .containsExactly(0, 1, 2);
    }
}
