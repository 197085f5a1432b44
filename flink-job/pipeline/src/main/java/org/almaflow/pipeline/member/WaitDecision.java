package org.almaflow.pipeline.member;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.waiting.Decision;
import org.almaflow.learning.waiting.Progress;
import org.almaflow.learning.waiting.WaitingPolicy;
import org.almaflow.learning.waiting.WaitingView;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.WaitState;

/**
 * Turns arrivals into directives by a waiting policy. The state it works on belongs to the caller.
 *
 * @param policy decides when to train
 * @param members copies of every directive to make
 */
record WaitDecision(WaitingPolicy policy, int members) {
    /** The directives of one arrival, one a member. Arrivals come in order. */
    List<MemberDirective> decide(WaitState state, ChunkArrived arrival) {
        if (arrival.getChunk() == 0) {
            return copies(arrival, false, 0, "the holdout arrived", List.of(arrival));
        }
        state.getBuffered().add(arrival);
        Decision decision = decision(state, arrival);
        if (!decision.train()) {
            return copies(arrival, false, state.getSessions(), decision.reason(), List.of());
        }
        state.setSessions(state.getSessions() + 1);
        List<ChunkArrived> fresh = state.getBuffered();
        state.setBuffered(new ArrayList<>());
        return copies(arrival, true, state.getSessions(), decision.reason(), fresh);
    }

    private Decision decision(WaitState state, ChunkArrived arrival) {
        long examples = state.getBuffered().stream().mapToLong(ChunkArrived::getExamples).sum();
        return policy.decide(
                new WaitingView(
                        arrival.getChunk(),
                        arrival.getChunks(),
                        false,
                        state.getBuffered().size(),
                        examples,
                        state.getSessions(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        Progress.NONE));
    }

    private List<MemberDirective> copies(
            ChunkArrived arrival,
            boolean train,
            long session,
            String reason,
            List<ChunkArrived> fresh) {
        List<MemberDirective> copies = new ArrayList<>();
        for (int member = 0; member < members; member++) {
            copies.add(
                    new MemberDirective(
                            member,
                            arrival.getChunk(),
                            arrival.getChunks(),
                            train,
                            session,
                            reason,
                            fresh,
                            arrival.getArrivedAt()));
        }
        return copies;
    }
}
