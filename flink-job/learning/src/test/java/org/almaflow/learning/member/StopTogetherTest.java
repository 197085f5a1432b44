package org.almaflow.learning.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.junit.jupiter.api.Test;

class StopTogetherTest {
    private static final int PATIENCE = 3;
    private static final int MEMBERS = 3;

    private final TestingRun run = new TestingRun();
    private final LearnerSpec learner = learner();
    private List<TestingListener> said = listeners();
    private final StopTogether stop = new StopTogether(PATIENCE);

    private static LearnerSpec learner() {
        LearnerSpec l =
                TestingRun.learner(new Family.Ensemble(MEMBERS, Averaging.PROBABILITIES, true));
        return new LearnerSpec(
                l.id(),
                l.family(),
                l.network(),
                l.waiting(),
                l.replay(),
                new TrainingSpec(
                        8, 60, PATIENCE, 0.001, 0.2, TrainingSpec.Start.WARM, TestingRun.ADADELTA),
                l.seed());
    }

    private static List<TestingListener> listeners() {
        return List.of(new TestingListener(), new TestingListener(), new TestingListener());
    }

    private List<MemberTrainer> members() {
        List<MemberTrainer> members = new ArrayList<>();
        for (int m = 0; m < MEMBERS; m++) {
            members.add(run.member(learner, m, said.get(m)));
        }
        return members;
    }

    /** The first member that may step does; members do the same directive. */
    private boolean step(List<MemberTrainer> members, StopTogether by) throws IOException {
        int least = said.stream().mapToInt(s -> s.results.size()).min().orElseThrow();
        boolean work = false;
        for (int m = 0; m < MEMBERS; m++) {
            MemberTrainer member = members.get(m);
            boolean next = member.hasWork() && said.get(m).results.size() == least;
            work |= next;
            if (next && by.mayStep(member)) {
                member.step();
                return true;
            }
        }
        if (work) {
            by.turn(members);
        }
        return work;
    }

    private int finish(List<MemberTrainer> members, StopTogether by) throws IOException {
        int steps = 0;
        while (step(members, by)) {
            steps++;
        }
        return steps;
    }

    private List<SessionReport> epochs(int member, long session) {
        return said.get(member).sessions.stream()
                .filter(s -> s.session() == session)
                .filter(s -> s.phase() == SessionReport.Phase.EPOCH)
                .toList();
    }

    private SessionReport closed(int member, long session) {
        return said.get(member).sessions.stream()
                .filter(s -> s.session() == session)
                .filter(s -> s.phase() == SessionReport.Phase.CLOSED)
                .findFirst()
                .orElseThrow();
    }

    /** By hand: the last epoch in which any member's best was raised, and patience more. */
    @Test
    void allEndWhenNoneHasImprovedForPatienceEpochs() throws IOException {
        List<MemberTrainer> members = members();
        members.forEach(run::give);
        finish(members, stop);

        for (long session = 1; session <= 2; session++) {
            int lastBest = 0;
            for (int m = 0; m < MEMBERS; m++) {
                double best = Double.NEGATIVE_INFINITY;
                for (SessionReport epoch : epochs(m, session)) {
                    if (epoch.bestValidationAccuracy() > best) {
                        best = epoch.bestValidationAccuracy();
                        lastBest = Math.max(lastBest, epoch.epoch());
                    }
                }
                assertThat(closed(m, session).bestValidationAccuracy()).isEqualTo(best);
            }
            int expected = Math.min(lastBest + PATIENCE, learner.training().maxEpochs());
            for (int m = 0; m < MEMBERS; m++) {
                assertThat(closed(m, session).epoch())
                        .as("session %d", session)
                        .isEqualTo(expected);
            }
        }
        assertThat(said).allSatisfy(s -> assertThat(s.results).hasSize(4));
        assertThat(closed(0, 1).reason())
                .isEqualTo("no better validation accuracy of any member for 3 epochs");
    }

    @Test
    void aRestoreAfterAnyStepChangesNothing() throws IOException {
        List<MemberTrainer> members = members();
        members.forEach(run::give);
        int steps = finish(members, stop);
        List<TestingListener> undisturbed = said;
        for (int at = 0; at <= steps; at += 7) {
            said = listeners();
            List<MemberTrainer> before = members();
            before.forEach(run::give);
            StopTogether first = new StopTogether(PATIENCE);
            for (int i = 0; i < at; i++) {
                step(before, first);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            first.write(out);
            for (MemberTrainer member : before) {
                member.snapshot().write(out);
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
            StopTogether second = new StopTogether(PATIENCE);
            second.restore(in);
            List<MemberTrainer> after = members();
            for (MemberTrainer member : after) {
                member.restore(MemberSnapshot.read(in));
            }
            finish(after, second);

            for (int m = 0; m < MEMBERS; m++) {
                assertThat(said.get(m).sessions).isEqualTo(undisturbed.get(m).sessions);
                assertThat(said.get(m).results).isEqualTo(undisturbed.get(m).results);
            }
        }
    }
}
