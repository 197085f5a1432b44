package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.TestingExperiments;
import org.almaflow.pipeline.TestingSlices;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.store.ChunkStore;
import org.almaflow.pipeline.store.SliceStore.ChunkKey;
import org.almaflow.pipeline.store.SliceStore.StagedSlice;
import org.almaflow.pipeline.store.SliceStore.StoredChunk;
import org.almaflow.pipeline.store.Specs;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.FlinkException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Train on Flink's operator harness, mail by mail, with the plain-Java engine. */
class TrainOperatorTest {
    private final TestingSlices slices = new TestingSlices(4, 1, 40);
    @TempDir Path root;
    private OneInputStreamOperatorTestHarness<MemberDirective, MemberOutcome> harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    private OneInputStreamOperatorTestHarness<MemberDirective, MemberOutcome> harness()
            throws Exception {
        JobOptions options =
                JobOptions.of(TestingExperiments.two("testing"), "none:1", root.toUri(), "run-1");
        var created =
                new OneInputStreamOperatorTestHarness<>(
                        new TrainOperatorFactory(new LearnerHandle(options, "w1")),
                        RecordType.of(MemberDirective.class)
                                .createSerializer(new SerializerConfigImpl()));
        created.setup(
                RecordType.of(MemberOutcome.class).createSerializer(new SerializerConfigImpl()));
        return created;
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private ChunkArrived stored(long chunk) throws Exception {
        ChunkStore store = new ChunkStore(root.toUri(), "run-1", TestingSlices.STREAM);
        ChunkSlice slice = slices.slice(chunk, 0);
        store.stage(slice);
        StoredChunk file =
                store.compose(
                        new ChunkKey(TestingSlices.PLAN, chunk),
                        TestingSlices.spec(),
                        List.of(new StagedSlice(0, slice.getExamples(), slice.getCrc32c())));
        return new ChunkArrived(
                TestingSlices.STREAM,
                chunk,
                4L,
                file.examples(),
                file.path(),
                file.sha256(),
                Specs.encode(TestingSlices.spec()),
                0,
                chunk,
                chunk,
                0,
                0L,
                0L);
    }

    private void give(long arrival) throws Exception {
        harness.processElement(
                Directives.of(
                        stored(arrival),
                        arrival > 0,
                        false,
                        arrival,
                        "because",
                        List.of(stored(arrival))),
                0);
    }

    private boolean mail() throws Exception {
        var mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
        if (mail.isPresent()) {
            mail.get().run();
        }
        return mail.isPresent();
    }

    private int work() throws Exception {
        int mails = 0;
        while (mail()) {
            mails++;
        }
        return mails;
    }

    private List<SessionEvent> sessions() {
        var sessions = harness.getSideOutput(TrainOperator.SESSIONS);
        return sessions == null ? List.of() : sessions.stream().map(s -> s.getValue()).toList();
    }

    private static MemberOutcome timeless(MemberOutcome outcome) {
        return MemberOutcome.newBuilder(outcome).setTrainSeconds(0).setAvailableAt(0).build();
    }

    @Test
    void inputOnlyQueues() throws Exception {
        give(0);
        give(1);

        assertThat(harness.extractOutputValues()).isEmpty();
        assertThat(sessions()).isEmpty();
        assertThat(harness.getTaskMailbox().hasMail()).isTrue();
    }

    @Test
    void mailsDoTheWorkAndStopWhenThereIsNone() throws Exception {
        give(0);
        give(1);
        int mails = work();

        assertThat(harness.extractOutputValues())
                .extracting(o -> o.getDirective().getArrival())
                .containsExactly(0L, 1L);
        assertThat(mails).isGreaterThan(20);
        assertThat(sessions().get(0).getPhase()).isEqualTo(SessionPhase.OPENED);
        assertThat(sessions().get(0).getReason()).isEqualTo("because");
        assertThat(sessions().get(sessions().size() - 1).getPhase()).isEqualTo(SessionPhase.CLOSED);
        assertThat(mail()).isFalse();
    }

    @Test
    void aRestoreBetweenAnyTwoMailsChangesNoOutcome() throws Exception {
        give(0);
        give(1);
        give(2);
        int mails = work();
        List<MemberOutcome> undisturbed = harness.extractOutputValues();
        for (int at = 1; at < mails; at += 3) {
            harness.close();
            harness = harness();
            harness.open();
            give(0);
            give(1);
            give(2);
            for (int i = 0; i < at; i++) {
                mail();
            }
            List<MemberOutcome> outcomes = new ArrayList<>(harness.extractOutputValues());
            OperatorSubtaskState state = harness.snapshot(1, 0);
            harness.close();
            harness = harness();
            harness.initializeState(state);
            harness.open();
            work();
            outcomes.addAll(harness.extractOutputValues());

            assertThat(outcomes.stream().map(TrainOperatorTest::timeless))
                    .as("restored after %d mails of %d", at, mails)
                    .containsExactlyElementsOf(
                            undisturbed.stream().map(TrainOperatorTest::timeless).toList());
        }
    }

    @Test
    void aChunkFileThatIsGoneFailsTheTaskWithASentence() throws Exception {
        give(0);
        work();
        give(1);
        Files.delete(Path.of(URI.create(stored(1).getPath())));

        assertThatThrownBy(this::work)
                .isInstanceOf(FlinkException.class)
                .hasMessageStartingWith("member 0 of learner 'w1' failed at arrival 1: ")
                .hasMessageContaining("train-000001");
    }

    @Test
    void stateOfAnotherVersionIsRefused() {
        assertThatThrownBy(() -> TrainState.member(new byte[16]))
                .isInstanceOf(java.io.IOException.class)
                .hasMessage("the state of a member has version -1; this program reads version 1");
    }
}
