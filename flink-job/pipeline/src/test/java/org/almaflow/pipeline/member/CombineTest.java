package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.TestingExperiments;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.store.RunStore;
import org.almaflow.schemas.EvaluationEvent;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Combine on Flink's operator harness: sums over a restore, and when a learner is done. */
class CombineTest {
    @TempDir Path root;
    private KeyedOneInputStreamOperatorTestHarness<String, MemberOutcome, EvaluationEvent> harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    private KeyedOneInputStreamOperatorTestHarness<String, MemberOutcome, EvaluationEvent> harness()
            throws Exception {
        JobOptions options =
                JobOptions.of(TestingExperiments.two("testing"), "none:1", root.toUri(), "run-1");
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new Combine(new LearnerHandle(options, "w1"))),
                outcome -> "w1",
                Types.STRING);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void give(long arrival, long chunks) throws Exception {
        harness.processElement(
                MemberOutcome.newBuilder()
                        .setDirective(
                                MemberDirective.newBuilder()
                                        .setMember(0)
                                        .setArrival(arrival)
                                        .setChunks(chunks)
                                        .setTrain(false)
                                        .setSession(0)
                                        .setReason("why")
                                        .setFresh(List.of())
                                        .setArrivedAt(0)
                                        .build())
                        .setSession(0)
                        .setEpochs(0)
                        .setExamplesTrained(0)
                        .setTrainForwardMacs(0)
                        .setTotalMacs(0)
                        .setTrainSeconds(0)
                        .setHoldoutExamples(4)
                        .setHoldoutWrong(1)
                        .setHoldoutLossSum(1)
                        .setParameters(10)
                        .setModel(null)
                        .setAvailableAt(0)
                        .build(),
                0);
    }

    private boolean done() throws Exception {
        return new RunStore(root.toUri(), "run-1").allDone(List.of("w1"));
    }

    @Test
    void sumsGoOnAfterARestore() throws Exception {
        give(0, 9);
        give(1, 9);
        give(2, 9);
        OperatorSubtaskState state = harness.snapshot(1, 0);
        harness.close();
        harness = harness();
        harness.initializeState(state);
        harness.open();
        give(3, 9);

        assertThat(harness.extractOutputValues())
                .extracting(EvaluationEvent::getArrival, EvaluationEvent::getCumulativeError)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(3L, 0.75));
    }

    @Test
    void aLearnerIsDoneWhenACheckpointWithItsLastEvaluationIsComplete() throws Exception {
        give(0, 1);
        harness.snapshot(1, 0);
        give(1, 1);
        harness.notifyOfCompletedCheckpoint(1);
        assertThat(done()).isFalse();
        harness.snapshot(2, 0);
        assertThat(done()).isFalse();
        harness.snapshot(3, 0);
        harness.notifyOfCompletedCheckpoint(3);

        assertThat(done()).isTrue();
    }

    @Test
    void aRestoreOfAFinishedLearnerMarksItAgain() throws Exception {
        give(0, 1);
        give(1, 1);
        OperatorSubtaskState state = harness.snapshot(1, 0);
        harness.close();
        harness = harness();
        harness.initializeState(state);
        harness.open();

        assertThat(done()).isTrue();
    }

    @Test
    void aLearnerOfAnEndlessStreamIsNeverDone() throws Exception {
        give(0, 0);
        give(1, 0);
        harness.snapshot(1, 0);
        harness.notifyOfCompletedCheckpoint(1);

        assertThat(done()).isFalse();
    }
}
