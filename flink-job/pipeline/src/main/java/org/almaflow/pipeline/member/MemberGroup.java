package org.almaflow.pipeline.member;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.almaflow.learning.member.MemberTrainer;
import org.almaflow.learning.member.StopTogether;
import org.almaflow.pipeline.flow.MemberDirective;
import org.apache.flink.util.FlinkException;

/**
 * The members of a learner in one Train subtask: which of them takes the next step. They take turns
 * step by step; none trains before the subtask has its turn to train; where they stop together they
 * wait for each other; where they decide when to train, they do so when all are idle.
 */
final class MemberGroup implements AutoCloseable {
    /** Version of the binary form; a new one must still read every older one. */
    private static final int VERSION = 1;

    private final String learner;
    private final List<MemberWork> members;
    private final SessionTurn turn;
    private final Optional<StopTogether> together;
    private final Optional<LearnerLoop> loop;
    private int next;

    MemberGroup(
            String learner,
            List<MemberWork> members,
            SessionTurn turn,
            Optional<StopTogether> together,
            Optional<LearnerLoop> loop) {
        this.learner = learner;
        this.members = members;
        this.turn = turn;
        this.together = together;
        this.loop = loop;
    }

    /** Takes a directive for one member or for every one. */
    void accept(MemberDirective directive) throws FlinkException {
        if (!directive.getDecided()) {
            loop.orElseThrow().arrive(directive.getNewest());
        } else if (directive.getMember() == Directives.EVERY) {
            members.forEach(m -> m.accept(Directives.copy(directive, m.member())));
        } else {
            member(directive.getMember()).accept(directive);
        }
    }

    /** The member of that number. */
    MemberWork member(int number) throws FlinkException {
        return members.stream()
                .filter(m -> m.member() == number)
                .findFirst()
                .orElseThrow(
                        () ->
                                new FlinkException(
                                        ("learner '%s' has no member %d here; start a changed"
                                                        + " learner under another id")
                                                .formatted(learner, number)));
    }

    /** Directives and arrivals that are not done. */
    int queued() {
        return members.stream().mapToInt(MemberWork::queued).sum()
                + loop.map(LearnerLoop::queued).orElse(0);
    }

    /** Arrivals that no session was opened for; 0 where Wait decides. */
    int buffered() {
        return loop.map(LearnerLoop::buffered).orElse(0);
    }

    /** Whether {@link #step} does something; asks for the turn to train where that is missing. */
    boolean hasWork() {
        turn.update(members);
        return members.stream().anyMatch(this::mayStep) || epochIsOver() || loopIsDue();
    }

    /** Processing time at which there may be work although nothing comes; empty: at no time. */
    OptionalLong wakeAt() {
        return idle()
                ? loop.map(LearnerLoop::wakeAt).orElse(OptionalLong.empty())
                : OptionalLong.empty();
    }

    private boolean idle() {
        return members.stream().noneMatch(MemberWork::hasWork);
    }

    private boolean mayStep(MemberWork member) {
        return member.hasWork() && turn.allows(member) && inStep(member);
    }

    /** Members that stop together do the same directive, and the same epoch of it. */
    private boolean inStep(MemberWork member) {
        return together.isEmpty()
                || (members.stream().noneMatch(m -> m.queued() > member.queued())
                        && together.get().mayStep(member.trainer()));
    }

    private boolean epochIsOver() {
        return together.isPresent()
                && members.stream()
                        .anyMatch(m -> turn.allows(m) && !together.get().mayStep(m.trainer()))
                && members.stream().noneMatch(this::mayStep);
    }

    private boolean loopIsDue() {
        return idle() && loop.isPresent() && loop.get().hasWork();
    }

    /** One bounded unit of work; call it after {@link #hasWork}. */
    void step() throws FlinkException, IOException {
        for (int i = 0; i < members.size(); i++) {
            MemberWork member = members.get(next);
            next = (next + 1) % members.size();
            if (mayStep(member)) {
                member.step();
                return;
            }
        }
        if (epochIsOver()) {
            List<MemberTrainer> trainers = members.stream().map(MemberWork::trainer).toList();
            together.orElseThrow().turn(trainers);
            members.forEach(MemberWork::changed);
        } else if (loopIsDue()) {
            loop.orElseThrow().turn();
        }
    }

    /** What the group itself has to remember. */
    byte[] state() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(VERSION);
        if (together.isPresent()) {
            together.get().write(out);
        }
        if (loop.isPresent()) {
            loop.get().write(out);
        }
        return bytes.toByteArray();
    }

    /** Takes over what {@link #state} gave; only before any work. */
    void restore(byte[] state) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException(
                    "the state of a learner's members has version %d; this program reads version %d"
                            .formatted(version, VERSION));
        }
        if (together.isPresent()) {
            together.get().restore(in);
        }
        if (loop.isPresent()) {
            loop.get().restore(in);
        }
    }

    @Override
    public void close() {
        turn.close();
        members.forEach(MemberWork::close);
    }
}
