package org.almaflow.learning.member;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.waiting.Decision;
import org.almaflow.learning.waiting.WaitingView;

/**
 * All members of a learner beside each other, as a Train subtask has them, with a closed loop on
 * their chunks.
 */
final class TestingLearner implements ClosedLoop.Members {
    /** One time the policy was asked. */
    record Asked(long index, WaitingView view, Decision decision) {}

    private final TestingRun run;
    private final List<ChunkRef> buffered = new ArrayList<>();
    private final List<MemberTrainer> members = new ArrayList<>();
    final List<TestingListener> said;
    final List<Asked> asked;
    final ClosedLoop loop;

    TestingLearner(TestingRun run, LearnerSpec learner, boolean lockstep, Clock clock) {
        this(
                run,
                learner,
                lockstep,
                clock,
                IntStream.range(0, learner.family().members())
                        .mapToObj(m -> new TestingListener())
                        .toList(),
                new ArrayList<>());
    }

    /** One that goes on with what another has said. */
    TestingLearner(
            TestingRun run,
            LearnerSpec learner,
            boolean lockstep,
            Clock clock,
            List<TestingListener> said,
            List<Asked> asked) {
        this.run = run;
        this.said = said;
        this.asked = asked;
        loop = new ClosedLoop(learner.waiting(), said.size(), lockstep, run.chunks, clock, this);
        for (int m = 0; m < said.size(); m++) {
            members.add(run.member(learner, m, new Telling(m)));
        }
    }

    private final class Telling implements MemberListener {
        private final int member;

        Telling(int member) {
            this.member = member;
        }

        @Override
        public void onSession(SessionReport report) {
            said.get(member).onSession(report);
            if (report.phase() == SessionReport.Phase.CLOSED) {
                loop.ended(member, withoutTime(report));
            }
        }

        @Override
        public void onResult(MemberResult result) {
            said.get(member).onResult(result);
            if (result.trained()) {
                loop.modelled(member);
            }
        }
    }

    private static SessionReport withoutTime(SessionReport report) {
        TestingListener timeless = new TestingListener();
        timeless.onSession(report);
        return timeless.sessions.get(0);
    }

    void holdout() {
        Directive first = run.directives.get(0);
        members.forEach(m -> m.enqueue(first));
    }

    void arrive(ChunkRef chunk, long chunks, long at) {
        buffered.add(chunk);
        loop.arrive(new ClosedLoop.Arrival(chunk, chunks, at, at));
    }

    @Override
    public void predict(ChunkRef chunk) {
        members.forEach(m -> m.predict(chunk));
    }

    @Override
    public List<Prediction> predictions(ChunkRef chunk) {
        return members.stream().map(m -> m.prediction(chunk.chunk()).orElseThrow()).toList();
    }

    @Override
    public void direct(long arrival, boolean timer, boolean train, long session, String reason) {
        List<ChunkRef> fresh =
                train
                        ? buffered.stream().filter(c -> c.chunk() <= arrival).toList()
                        : List.<ChunkRef>of();
        buffered.removeAll(fresh);
        members.forEach(m -> m.enqueue(new Directive(arrival, train, session, reason, fresh)));
    }

    @Override
    public void decided(long index, WaitingView view, Decision decision) {
        asked.add(new Asked(index, view, decision));
    }

    /** One step of whoever has work; whether anybody had. The last member goes first. */
    boolean step() throws IOException {
        for (int m = members.size() - 1; m >= 0; m--) {
            if (members.get(m).hasWork()) {
                members.get(m).step();
                return true;
            }
        }
        boolean turn = loop.hasWork();
        if (turn) {
            loop.turn();
        }
        return turn;
    }

    int finish() throws IOException {
        int steps = 0;
        while (step()) {
            steps++;
        }
        return steps;
    }

    byte[] state() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(buffered.size());
        for (ChunkRef chunk : buffered) {
            MemberState.write(out, chunk);
        }
        for (MemberTrainer member : members) {
            member.snapshot().write(out);
        }
        loop.write(out);
        return bytes.toByteArray();
    }

    void restore(byte[] state) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(state));
        for (int left = in.readInt(); left > 0; left--) {
            buffered.add(MemberState.readChunk(in));
        }
        for (MemberTrainer member : members) {
            member.restore(MemberSnapshot.read(in));
        }
        loop.restore(in);
    }
}
