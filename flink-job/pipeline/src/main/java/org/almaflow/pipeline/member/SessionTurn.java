package org.almaflow.pipeline.member;

import java.util.List;
import org.almaflow.pipeline.member.TrainingQueue.Ticket;

/**
 * The turn of one Train subtask to train. It is asked for when a session is ahead of any of its
 * members, holds for that session of all of them, growth included, and is given up when none of
 * them is in it any more: members of a subtask share one thread, and so they share its turns.
 */
final class SessionTurn implements AutoCloseable {
    private final TrainingQueue queue;
    private final Runnable called;
    private Ticket ticket;
    private long session;

    /**
     * No turn, and none asked for.
     *
     * @param called what to run when the turn comes, in any thread
     */
    SessionTurn(TrainingQueue queue, Runnable called) {
        this.queue = queue;
        this.called = called;
    }

    /** Asks for a turn or gives it up, as the members now are. */
    void update(List<MemberWork> members) {
        if (ticket != null && members.stream().noneMatch(m -> m.sessionAhead() == session)) {
            ticket.close();
            ticket = null;
        }
        if (ticket == null) {
            session =
                    members.stream()
                            .mapToLong(MemberWork::sessionAhead)
                            .filter(ahead -> ahead > 0)
                            .min()
                            .orElse(0);
            ticket = session == 0 ? null : queue.ask(called);
        }
    }

    /** Whether a member may take its next step. */
    boolean allows(MemberWork member) {
        long ahead = member.sessionAhead();
        return ahead == 0 || (ahead == session && ticket != null && ticket.called());
    }

    /** Whether it waits to be called. */
    boolean waits() {
        return ticket != null && !ticket.called();
    }

    /** How long the session of this turn waited for it; 0 without a turn. */
    double seconds() {
        return ticket == null ? 0 : ticket.seconds();
    }

    @Override
    public void close() {
        if (ticket != null) {
            ticket.close();
            ticket = null;
        }
    }
}
