package org.almaflow.learning.member;

import static org.almaflow.learning.member.TestingRun.learner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What a member's state holds, and what it refers to. */
class MemberSnapshotTest {
    private static final LearnerSpec GROWING =
            learner(new Family.GrowingEnsemble(true, Averaging.LOGITS));

    private final TestingRun run = new TestingRun();
    private final TestingListener listener = new TestingListener();

    private static byte[] bytes(MemberSnapshot snapshot) throws IOException {
        return MemberState.bytes(snapshot::write);
    }

    /** Flink writes it in another thread, when the member has long worked on. */
    @ParameterizedTest
    @FieldSource("org.almaflow.learning.member.MemberTrainerTest#LEARNERS")
    void aSnapshotStaysAsItIsWhileTheMemberWorksOn(LearnerSpec learner) throws IOException {
        List<MemberSnapshot> snapshots = new ArrayList<>();
        List<byte[]> atOnce = new ArrayList<>();
        MemberTrainer member = run.member(learner, listener);
        run.directives.forEach(member::enqueue);
        while (member.hasWork()) {
            member.step();
            snapshots.add(member.snapshot());
            atOnce.add(bytes(snapshots.get(snapshots.size() - 1)));
        }

        for (int at = 0; at < snapshots.size(); at++) {
            assertThat(bytes(snapshots.get(at))).as("after step %d", at).isEqualTo(atOnce.get(at));
        }
    }

    @ParameterizedTest
    @FieldSource("org.almaflow.learning.member.MemberTrainerTest#LEARNERS")
    void aRestoredStateCanBeStoredAgainBeforeItIsResumed(LearnerSpec learner) throws IOException {
        MemberTrainer restored = run.member(learner, new TestingListener());
        restored.restore(run.stateAfter(learner, 30, new TestingListener()));
        byte[] first = bytes(restored.snapshot());
        restored.step();
        byte[] whileReading = bytes(restored.snapshot());

        assertThat(bytes(run.stateAfter(learner, 30, new TestingListener()))).hasSameSizeAs(first);
        assertThat(whileReading).isEqualTo(first);
    }

    /** Weights and frozen networks are files: an idle member's state does not know their size. */
    @Test
    void theStateOfAnIdleMemberIsSmallHoweverManyNetworksItHas() throws IOException {
        MemberTrainer member = run.member(GROWING, listener);
        run.directives.forEach(member::enqueue);
        List<Integer> idle = new ArrayList<>();
        while (member.hasWork()) {
            int results = listener.results.size();
            member.step();
            if (listener.results.size() > results) {
                idle.add(bytes(member.snapshot()).length);
            }
        }

        assertThat(member.snapshot().files())
                .extracting(ModelWriter.ModelRef::path)
                .as("both networks, and the sum of their predictions")
                .hasSize(3)
                .allMatch(p -> run.models.containsKey(p) || run.files.kept.containsKey(p));
        int ensembleSum = 300 * TestingChunks.CLASSES * Float.BYTES;
        assertThat(idle).hasSize(4).allSatisfy(n -> assertThat(n).isLessThan(ensembleSum / 3));
        assertThat(run.files.kept).hasSize(2);
    }

    @Test
    void aModelFileThatIsGoneIsNamedWhenTheMemberGoesOn() throws IOException {
        MemberTrainer restored = run.member(GROWING, listener);
        restored.restore(run.stateAfter(GROWING, 250, listener));
        run.models.clear();

        assertThatThrownBy(restored::step)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no model file sm-");
    }

    /** Stored by the build before references, 247 of 330 steps into this very run. */
    @Test
    void aStateOfVersionOneIsReadAndGoesOnBitIdentical() throws IOException {
        MemberTrainer undisturbed = run.member(GROWING, listener);
        run.directives.forEach(undisturbed::enqueue); // version 1 predicted no chunks
        TestingRun.finish(undisturbed);
        TestingListener resumed = new TestingListener();
        MemberTrainer again = run.member(GROWING, resumed);
        try (var stored = getClass().getResourceAsStream("member-state-v1.bin")) {
            again.restore(MemberSnapshot.read(new DataInputStream(stored)));
        }
        TestingRun.finish(again);

        assertThat(resumed.results).isNotEmpty();
        assertThat(listener.results).endsWith(resumed.results.toArray(MemberResult[]::new));
        assertThat(listener.sessions).endsWith(resumed.sessions.toArray(SessionReport[]::new));
    }

    @Test
    void aVersionOfTheFutureIsRefused() {
        assertThatThrownBy(() -> MemberSnapshot.read(MemberState.input(new byte[] {0, 0, 0, 99})))
                .isInstanceOf(IOException.class)
                .hasMessage("state of a member has version 99; this build reads versions 1 to 2");
    }
}
