package org.almaflow.pipeline.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.ExperimentReader;
import org.almaflow.pipeline.TestingExperiments;
import org.almaflow.pipeline.TestingSlices;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.CombineState;
import org.almaflow.pipeline.flow.MemberModel;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.member.OutcomeJoin.Published;
import org.almaflow.pipeline.store.Specs;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.SnapshotEvent;
import org.junit.jupiter.api.Test;

class OutcomeJoinTest {
    private final Experiment experiment =
            ExperimentReader.read(TestingExperiments.two("testing"), "experiment");
    private final OutcomeJoin join =
            new OutcomeJoin(
                    experiment,
                    experiment.learners().get(1),
                    "run-1",
                    (ref, from, to) -> {
                        throw new IOException("one member's score needs no labels");
                    },
                    Integer.MAX_VALUE);
    private final CombineState state = OutcomeJoin.begin();

    private static ChunkArrived chunk(long index) {
        ByteBuffer spec = Specs.encode(TestingSlices.spec());
        return new ChunkArrived(
                "toy",
                index,
                3L,
                9L,
                "p" + index,
                "s" + index,
                spec,
                1,
                5L,
                6L,
                2,
                1000 + index,
                0L);
    }

    private static MemberOutcome outcome(long arrival, boolean train, long wrong) {
        return MemberOutcome.newBuilder()
                .setDirective(
                        Directives.of(
                                chunk(arrival),
                                train,
                                false,
                                arrival,
                                "because",
                                train || arrival == 0 ? List.of(chunk(arrival)) : List.of()))
                .setSession(arrival)
                .setEpochs(7)
                .setExamplesTrained(8)
                .setTrainForwardMacs(9)
                .setTotalMacs(10)
                .setTrainSeconds(1.5)
                .setHoldoutExamples(10)
                .setHoldoutWrong(wrong)
                .setHoldoutLossSum(20)
                .setParameters(100)
                .setModel(train ? new MemberModel(0, "m", "s", 4L, "{}", 0.75) : null)
                .setAvailableAt(2000 + arrival)
                .build();
    }

    private Published join(long arrival, boolean train, long wrong) throws IOException {
        return join.join(state, outcome(arrival, train, wrong)).orElseThrow();
    }

    @Test
    void sumsRunOverArrivalsFromOneOn() throws IOException {
        EvaluationEvent untrained = join(0, false, 9).evaluation().orElseThrow();
        join(1, false, 9);
        join(2, true, 3);
        EvaluationEvent last = join(3, false, 3).evaluation().orElseThrow();

        assertThat(untrained.getError()).isEqualTo(0.9);
        assertThat(untrained.getCumulativeError()).isZero();
        assertThat(untrained.getCumulativeParameters()).isZero();
        assertThat(last.getCumulativeError()).isCloseTo(1.5, within(1e-12));
        assertThat(last.getCumulativeParameters()).isEqualTo(300);
        assertThat(last.getSnapshotVersion()).isEqualTo(2);
        assertThat(last.getLoss()).isEqualTo(2);
        assertThat(last.getTrainSeconds()).isEqualTo(1.5);
        assertThat(last.getEpochs()).isEqualTo(7);
        assertThat(last.getTotalMacs()).isEqualTo(10);
        assertThat(last.getArrivedAt().toEpochMilli()).isEqualTo(1003);
        assertThat(last.getAvailableAt().toEpochMilli()).isEqualTo(2003);
        assertThat(last.getWaiting()).isEqualTo("chunks: 2");
        assertThat(last.getSettings())
                .containsEntry("wait", "chunks: 2")
                .containsEntry("seed", String.valueOf(last.getSeed()));
        assertThat(last.getRun()).isEqualTo("run-1");
    }

    @Test
    void textIsMeasuredByItsCrossEntropy() throws IOException {
        Experiment text =
                ExperimentReader.read(
                        """
                        {name: lm, stream: {name: toy}, learners: [{id: sm, family: SM, wait: {chunks: 1},
                          network: {type: transformer, width: 8}}]}\
                        """,
                        "experiment");
        OutcomeJoin tokens =
                new OutcomeJoin(
                        text,
                        text.learners().get(0),
                        "run-1",
                        (ref, from, to) -> {
                            throw new IOException("one member's score needs no labels");
                        },
                        Integer.MAX_VALUE);
        tokens.join(state, outcome(0, false, 9));
        tokens.join(state, outcome(1, false, 9));
        MemberOutcome newest = outcome(2, false, 9);
        newest.setPrequentialExamples(4);
        newest.setPrequentialLossSum(6);
        EvaluationEvent last = tokens.join(state, newest).orElseThrow().evaluation().orElseThrow();

        assertThat(last.getMeasure()).isEqualTo(Measure.CROSS_ENTROPY);
        assertThat(last.getError()).isEqualTo(2).isEqualTo(last.getLoss());
        assertThat(last.getPerplexity()).isEqualTo(Math.exp(2));
        assertThat(last.getCumulativeError()).isEqualTo(4);
        assertThat(last.getPrequentialError()).isEqualTo(1.5);
        assertThat(last.getCumulativePrequentialError()).isEqualTo(1.5);
        EvaluationEvent error = join(3, false, 3).evaluation().orElseThrow();
        assertThat(error.getMeasure()).isEqualTo(Measure.ERROR);
        assertThat(error.getPerplexity()).isZero();
    }

    @Test
    void aSnapshotIsPublishedWhenAModelWasMade() throws IOException {
        assertThat(join(0, false, 9).snapshot()).isEmpty();
        SnapshotEvent snapshot = join(1, true, 3).snapshot().orElseThrow();

        assertThat(snapshot.getVersion()).isEqualTo(1);
        assertThat(snapshot.getValidationAccuracy()).isEqualTo(0.75);
        assertThat(snapshot.getSpec()).isEqualTo(TestingSlices.spec());
        assertThat(snapshot.getMembers()).hasSize(1);
        assertThat(snapshot.getLineage().get(0).getMissingSlices()).isEqualTo(2);
        assertThat(snapshot.getLineage().get(0).getLastOffset()).isEqualTo(6);
    }

    @Test
    void aSessionThatMadeNoModelLeavesTheOldOneNewest() throws IOException {
        join(0, false, 9);
        join(1, true, 3);
        MemberOutcome diverged = outcome(2, true, 3);
        diverged.setModel(null);
        Published published = join.join(state, diverged).orElseThrow();

        assertThat(published.snapshot()).isEmpty();
        assertThat(published.evaluation().orElseThrow().getTrained()).isTrue();
        assertThat(published.evaluation().orElseThrow().getSnapshotVersion()).isEqualTo(1);
    }

    @Test
    void aTimersModelCountsFromTheNextArrivalOn() throws IOException {
        join(0, false, 9);
        join(1, false, 9);
        MemberOutcome timers = outcome(1, true, 3);
        timers.getDirective().setTimer(true);
        timers.getDirective().setNewest(null);
        Published published = join.join(state, timers).orElseThrow();
        EvaluationEvent next = join(2, false, 3).evaluation().orElseThrow();

        assertThat(published.evaluation()).isEmpty();
        assertThat(published.last()).isFalse();
        assertThat(published.snapshot().orElseThrow().getVersion()).isEqualTo(1);
        assertThat(next.getSnapshotVersion()).isEqualTo(1);
        assertThat(next.getError()).isEqualTo(0.3);
        assertThat(next.getCumulativeError()).isCloseTo(1.2, within(1e-12));
    }

    @Test
    void onlyTheLastChunkIsTheLast() throws IOException {
        assertThat(join(0, false, 9).last()).isFalse();
        assertThat(join(1, false, 9).last()).isFalse();
        assertThat(join(2, false, 9).last()).isFalse();
        assertThat(join(3, false, 9).last()).isTrue();
    }

    @Test
    void theStateDoesNotGrow() throws Exception {
        join(0, false, 9);
        int before = state.toByteBuffer().remaining();
        join(1, false, 9);
        join(2, false, 9);

        assertThat(state.getOutcomes()).isEmpty();
        assertThat(state.toByteBuffer().remaining()).isLessThan(before + 8);
    }

    private Published train(OutcomeJoin joining, long arrival, String path) throws IOException {
        MemberOutcome outcome = outcome(arrival, true, 3);
        outcome.getModel().setPath(path);
        return joining.join(state, outcome).orElseThrow();
    }

    @Test
    void filesThatOnlyOlderSnapshotsNameExpire() throws IOException {
        OutcomeJoin two =
                new OutcomeJoin(
                        experiment,
                        experiment.learners().get(1),
                        "run-1",
                        (ref, from, to) -> null,
                        2);
        two.join(state, outcome(0, false, 9));

        assertThat(train(two, 1, "a").expired()).isEmpty();
        assertThat(train(two, 2, "b").expired()).isEmpty();
        assertThat(train(two, 3, "c").expired()).containsExactly("a");
        // The same content came again before it expired.
        assertThat(train(two, 4, "b").expired()).isEmpty();
        assertThat(train(two, 5, "d").expired()).containsExactly("c");
        assertThat(state.getReplaced()).hasSize(1);
    }

    @Test
    void nothingIsRememberedWhereAllSnapshotsAreKept() throws IOException {
        join(0, false, 9);
        train(join, 1, "a");
        assertThat(train(join, 2, "b").expired()).isEmpty();

        assertThat(state.getReplaced()).isEmpty();
        assertThat(state.getSnapshots()).isEqualTo(2);
    }
}
