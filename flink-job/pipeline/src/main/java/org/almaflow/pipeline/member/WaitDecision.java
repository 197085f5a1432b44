package org.almaflow.pipeline.member;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.almaflow.learning.waiting.Decision;
import org.almaflow.learning.waiting.Progress;
import org.almaflow.learning.waiting.TimeKind;
import org.almaflow.learning.waiting.Waited;
import org.almaflow.learning.waiting.WaitingPolicy;
import org.almaflow.learning.waiting.WaitingView;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.WaitState;

/**
 * Turns arrivals and timers into directives by a waiting policy. Where the policy needs feedback it
 * hands arrivals on undecided: then Train decides. The state it works on belongs to the caller.
 *
 * @param policy decides when to train
 * @param members copies of every directive to make
 * @param clock processing time
 */
record WaitDecision(WaitingPolicy policy, int members, Clock clock) {
    /**
     * What came of an arrival or a timer.
     *
     * @param directives one a member; none where a timer changed nothing
     * @param decision what the policy said; empty when it was not asked
     * @param wakeAt processing time at which to call {@link #wake}; empty: at no time
     */
    record Outcome(
            List<MemberDirective> directives, Optional<Made> decision, OptionalLong wakeAt) {}

    /** A decision, and what it was made by. */
    record Made(long index, WaitingView view, Decision decision) {}

    /** Takes the next arrival; they come in order. */
    Outcome arrive(WaitState state, ChunkArrived arrival) {
        if (arrival.getChunk() == 0) {
            return directed(copies(arrival, false, false, 0, "the holdout arrived", arrival));
        }
        if (policy.needsFeedback()) {
            return directed(List.of(undecided(arrival)));
        }
        state.setNewestAt(Math.max(state.getNewestAt(), arrival.getProducedAt()));
        long at = policy.time() == TimeKind.EVENT ? state.getNewestAt() : arrival.getArrivedAt();
        keep(state, waited(state).buffered(arrival.getExamples(), at));
        state.getBuffered().add(arrival);
        return ask(state, arrival, false);
    }

    /** Asks again at a timer; nothing happens when nothing is buffered. */
    Outcome wake(WaitState state) {
        List<ChunkArrived> buffered = state.getBuffered();
        return buffered.isEmpty()
                ? directed(List.of())
                : ask(state, buffered.get(buffered.size() - 1), true);
    }

    private Outcome ask(WaitState state, ChunkArrived newest, boolean timer) {
        long now = policy.time() == TimeKind.EVENT ? state.getNewestAt() : clock.millis();
        Waited waited = waited(state);
        WaitingView view =
                waited.view(newest.getChunk(), newest.getChunks(), timer, now, Progress.NONE);
        Decision decision = policy.decide(view);
        state.setDecisions(state.getDecisions() + 1);
        Optional<Made> made = Optional.of(new Made(state.getDecisions(), view, decision));
        if (!decision.train()) {
            List<MemberDirective> hold =
                    timer
                            ? List.of()
                            : copies(newest, false, false, waited.sessions(), decision.reason());
            return new Outcome(hold, made, view.wakeAt(policy));
        }
        keep(state, waited.trained(newest.getChunk(), now));
        ChunkArrived[] fresh = state.getBuffered().toArray(ChunkArrived[]::new);
        state.setBuffered(new ArrayList<>());
        return new Outcome(
                copies(newest, true, timer, state.getSessions(), decision.reason(), fresh),
                made,
                OptionalLong.empty());
    }

    private static Waited waited(WaitState state) {
        return new Waited(
                state.getBuffered().size(),
                state.getBuffered().stream().mapToLong(ChunkArrived::getExamples).sum(),
                state.getSessions(),
                state.getTrainedExamples(),
                state.getLastSessionArrival(),
                state.getOldestAt(),
                state.getLastSessionAt());
    }

    /** The buffered chunks themselves are the state's. */
    private static void keep(WaitState state, Waited waited) {
        state.setSessions(waited.sessions());
        state.setTrainedExamples(waited.trainedExamples());
        state.setLastSessionArrival(waited.lastSessionArrival());
        state.setOldestAt(waited.oldestAt());
        state.setLastSessionAt(waited.lastSessionAt());
    }

    private static Outcome directed(List<MemberDirective> directives) {
        return new Outcome(directives, Optional.empty(), OptionalLong.empty());
    }

    private static MemberDirective undecided(ChunkArrived arrival) {
        MemberDirective directive = Directives.of(arrival, false, false, 0, "", List.of());
        directive.setDecided(false);
        return directive;
    }

    private List<MemberDirective> copies(
            ChunkArrived newest,
            boolean train,
            boolean timer,
            long session,
            String reason,
            ChunkArrived... fresh) {
        List<MemberDirective> copies = new ArrayList<>();
        for (int member = 0; member < members; member++) {
            MemberDirective copy =
                    Directives.of(newest, train, timer, session, reason, List.of(fresh));
            copy.setMember(member);
            copies.add(copy);
        }
        return copies;
    }
}
