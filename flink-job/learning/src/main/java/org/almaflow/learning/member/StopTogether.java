package org.almaflow.learning.member;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/**
 * Ends the sessions of an ensemble's members together (SEMANTICS, Ens stops): after every epoch
 * they wait for each other; patience starts again when any of them has improved, and each keeps its
 * own best weights. One whose loss diverges leaves the others. The members are beside each other
 * and take their directives in step.
 */
public final class StopTogether {
    private final int patience;
    private long session;
    private int epochs;
    private int sinceBest;

    /**
     * Before any session.
     *
     * @param patience epochs without an improvement of any member
     */
    public StopTogether(int patience) {
        this.patience = patience;
    }

    /** Whether a member that has work need not wait for others to finish an epoch. */
    public boolean mayStep(MemberTrainer member) {
        long ahead = member.sessionAhead();
        if (ahead > session) {
            session = ahead;
            epochs = 0;
            sinceBest = 0;
        }
        return ahead == 0 || member.epochs() <= epochs;
    }

    /** Lets the members go on when none may step, or ends their sessions. */
    public void turn(List<MemberTrainer> members) {
        List<MemberTrainer> waiting = members.stream().filter(m -> !mayStep(m)).toList();
        epochs++;
        sinceBest = waiting.stream().anyMatch(MemberTrainer::improved) ? 0 : sinceBest + 1;
        if (sinceBest >= patience) {
            String reason = "no better validation accuracy of any member for %d epochs";
            waiting.forEach(m -> m.endSession(reason.formatted(patience)));
        }
    }

    /** Writes what {@link #restore} reads. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(session);
        out.writeInt(epochs);
        out.writeInt(sinceBest);
    }

    /** Takes over what {@link #write} wrote. */
    public void restore(DataInput in) throws IOException {
        session = in.readLong();
        epochs = in.readInt();
        sinceBest = in.readInt();
    }
}
