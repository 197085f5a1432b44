package org.almaflow.learning.member;

import static org.almaflow.learning.member.TestingRun.ADADELTA;
import static org.almaflow.learning.member.TestingRun.learner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.JointSpec.Joining;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.session.Cost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class MemberTrainerTest {
    private final TestingRun run = new TestingRun();
    private final TestingListener listener = new TestingListener();

    private MemberTrainer member(MemberListener to) {
        return run.member(learner(ADADELTA, TrainingSpec.Start.WARM), to);
    }

    @Test
    void everyArrivalHasOneResultAndTrainingLowersTheError() throws IOException {
        run.run(member(listener));

        assertThat(listener.results)
                .extracting(MemberResult::arrival)
                .containsExactly(0L, 1L, 2L, 3L);
        assertThat(listener.results)
                .extracting(MemberResult::trained)
                .containsExactly(false, true, false, true);
        double untrained = listener.results.get(0).holdout().error();
        assertThat(listener.results.get(3).holdout().error()).isLessThan(untrained - 0.2);
        assertThat(listener.results.get(2).holdout()).isEqualTo(listener.results.get(1).holdout());
        assertThat(listener.results)
                .allSatisfy(r -> assertThat(r.holdout().examples()).isEqualTo(300));
    }

    @Test
    void sessionsAreReportedFromOpeningToEnd() throws IOException {
        run.run(member(listener));

        List<SessionReport> second =
                listener.sessions.stream().filter(s -> s.session() == 2).toList();
        assertThat(second.get(0).phase()).isEqualTo(SessionReport.Phase.OPENED);
        assertThat(second.get(0).reason()).isEqualTo("2 of 2");
        assertThat(second.get(0).chunks()).containsExactly(2L, 3L);
        assertThat(second.get(0).trainExamples()).isEqualTo(96 + 48);
        assertThat(second.get(0).validationExamples()).isEqualTo(24 + 12);
        SessionReport closed = second.get(second.size() - 1);
        assertThat(closed.phase()).isEqualTo(SessionReport.Phase.CLOSED);
        assertThat(closed.reason()).isNotEmpty();
        assertThat(second).hasSize(2 + closed.epoch());
        Cost all =
                listener.sessions.stream()
                        .filter(s -> s.phase() == SessionReport.Phase.CLOSED)
                        .map(SessionReport::cost)
                        .reduce(Cost.NONE, Cost::plus);
        assertThat(listener.results.get(3).cost()).isEqualTo(all);
    }

    @Test
    void theStoredModelIsTheOneThatWasEvaluated() throws IOException {
        run.run(member(listener));

        MemberResult last = listener.results.get(3);
        Safetensors.Model model = run.model(last);
        assertThat(model.network()).isEqualTo(last.model().orElseThrow().network());
        var engine = new TestingEngine();
        var network = engine.network(model.network());
        network.load(model.weights());
        var holdout = run.holdout();
        var evaluation = new org.almaflow.learning.session.Evaluation(engine.upload(holdout));
        while (evaluation.step(network) > 0) {}
        assertThat(evaluation.score()).isEqualTo(last.holdout());
    }

    static final List<LearnerSpec> LEARNERS =
            List.of(
                    learner(ADADELTA, TrainingSpec.Start.WARM),
                    learner(
                            new OptimizerSpec.Sgd(0.1, 0.9, true, 1e-4),
                            TrainingSpec.Start.SCRATCH),
                    learner(
                            new OptimizerSpec.Adam(0.01, 0.9, 0.999, 1e-8, 0),
                            TrainingSpec.Start.WARM),
                    learner(new Family.Ensemble(2, Averaging.PROBABILITIES)),
                    learner(new Family.UniformMixture(3, Joining.SUM)),
                    learner(new Family.GrowingEnsemble(true, Averaging.LOGITS)),
                    learner(new Family.GrowingEnsemble(false, Averaging.PROBABILITIES)),
                    learner(new Family.MixtureOfExperts(3)),
                    learner(new Family.GrowingMixture(2, 1)),
                    TestingRun.bounded(learner(ADADELTA, TrainingSpec.Start.WARM), 200),
                    TestingRun.bounded(learner(new Family.GrowingMixture(2, 1)), 200),
                    TestingRun.bounded(TestingRun.replaying(0.5), 1_000),
                    TestingRun.replaying(0.5));

    /**
     * The contract: stored after any step and restored elsewhere, a run ends bit-identical. Of
     * learners with a memory bound, which read their windows again and again, every fifth step.
     */
    @ParameterizedTest
    @FieldSource("LEARNERS")
    void aMemberRestoredAfterAnyStepEndsBitIdentical(LearnerSpec learner) throws IOException {
        TestingListener undisturbed = new TestingListener();
        int steps = run.run(run.member(learner, undisturbed));
        assertThat(steps).isGreaterThan(50);
        int stride = learner.memory() == LearnerSpec.UNBOUNDED ? 1 : 5;
        for (int at = 0; at <= steps; at += stride) {
            TestingListener disturbed = new TestingListener();
            MemberTrainer again = run.member(learner, disturbed);
            again.restore(run.stateAfter(learner, at, disturbed));
            TestingRun.finish(again);
            assertThat(disturbed.results).isEqualTo(undisturbed.results);
            assertThat(disturbed.sessions).isEqualTo(undisturbed.sessions);
        }
    }

    @Test
    void storingAStateChangesNothing() throws IOException {
        TestingListener undisturbed = new TestingListener();
        run.run(member(undisturbed));
        MemberTrainer watched = member(listener);
        run.give(watched);
        while (watched.hasWork()) {
            watched.step();
            TestingRun.stored(watched.snapshot());
        }

        assertThat(listener.results).isEqualTo(undisturbed.results);
        assertThat(listener.sessions).isEqualTo(undisturbed.sessions);
    }

    @Test
    void fromScratchEverySessionStartsWithNewWeights() throws IOException {
        TestingListener warm = new TestingListener();
        run.run(member(warm));
        run.run(run.member(learner(ADADELTA, TrainingSpec.Start.SCRATCH), listener));

        assertThat(listener.results.get(0)).isEqualTo(warm.results.get(0));
        assertThat(listener.results.get(1).holdout()).isNotEqualTo(warm.results.get(1).holdout());
        assertThat(listener.results.get(3).holdout()).isNotEqualTo(warm.results.get(3).holdout());
    }

    @Test
    void aSessionThatDivergesLeavesTheOldModelAndTheStreamGoesOn() throws IOException {
        OptimizerSpec wild = new OptimizerSpec.Sgd(1e30, 0, false, 0);
        run.run(run.member(learner(wild, TrainingSpec.Start.WARM), listener));

        assertThat(listener.results).hasSize(4);
        assertThat(listener.results).noneMatch(MemberResult::trained);
        assertThat(listener.results.get(3).holdout()).isEqualTo(listener.results.get(0).holdout());
        assertThat(listener.sessions)
                .filteredOn(s -> s.phase() == SessionReport.Phase.CLOSED)
                .hasSize(2)
                .allSatisfy(s -> assertThat(s.reason()).startsWith("diverged"));
        assertThat(run.models.isEmpty()).isTrue();
    }

    /** The first session's one step is wild, and only the weights after it show that. */
    @Test
    void aFirstSessionOfOneWildStepLeavesTheUntrainedModel() throws IOException {
        LearnerSpec l = learner(ADADELTA, TrainingSpec.Start.WARM);
        TrainingSpec once =
                new TrainingSpec(
                        1_000,
                        1,
                        1,
                        0,
                        0,
                        TrainingSpec.Start.WARM,
                        new OptimizerSpec.Sgd(1e38, 0, false, 1e10));
        run.run(
                run.member(
                        new LearnerSpec(
                                l.id(),
                                l.family(),
                                l.network(),
                                l.waiting(),
                                l.replay(),
                                once,
                                l.seed()),
                        listener));

        assertThat(listener.results).hasSize(4).noneMatch(MemberResult::trained);
        assertThat(listener.sessions)
                .filteredOn(s -> s.phase() == SessionReport.Phase.CLOSED)
                .hasSize(2)
                .allSatisfy(s -> assertThat(s.reason()).startsWith("diverged: ").contains("after"));
        assertThat(run.models.isEmpty()).isTrue();
    }

    @Test
    void aFileThatCannotBeReadIsTriedAgainByTheNextStep() throws IOException {
        MemberTrainer member = member(listener);
        ChunkRef late = new ChunkRef(9, "chunk-9", "sum", 50);
        member.enqueue(run.directives.get(0));
        member.enqueue(new Directive(1, true, 1, "", List.of(late)));
        while (listener.results.isEmpty()) {
            member.step();
        }
        assertThatThrownBy(member::step)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chunk-9");
        run.chunks.add(9, 50);
        TestingRun.finish(member);

        assertThat(listener.results).hasSize(2);
    }

    @Test
    void aHoldoutWithoutExamplesGivesAnErrorThatIsNoNumber() throws IOException {
        MemberTrainer member = member(listener);
        member.enqueue(new Directive(0, false, 0, "", List.of(run.chunks.add(0, 0))));
        member.enqueue(run.directives.get(1));
        TestingRun.finish(member);

        assertThat(listener.results.get(1).holdout().error()).isNaN();
        assertThat(listener.results.get(1).trained()).isTrue();
    }
}
