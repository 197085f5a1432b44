package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import org.almaflow.learning.waiting.EveryChunks;
import org.almaflow.learning.waiting.WaitingPolicy;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.WaitState;
import org.junit.jupiter.api.Test;

class WaitDecisionTest {
    private final WaitState state = WaitState.newBuilder().build();

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
        return new WaitDecision(policy, members, Clock.systemUTC());
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

    @Test
    void everyMemberGetsItsCopy() {
        assertThat(decision(new EveryChunks(1), 3).arrive(state, arrival(1, 10)).directives())
                .extracting(MemberDirective::getMember)
                .containsExactly(0, 1, 2);
    }
}
