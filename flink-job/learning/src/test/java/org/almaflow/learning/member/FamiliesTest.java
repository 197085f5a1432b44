package org.almaflow.learning.member;

import static org.almaflow.learning.member.TestingRun.learner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.stream.LongStream;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the families do differently on the same training loop. */
class FamiliesTest {
    private static final LearnerSpec ENSEMBLE =
            learner(new Family.Ensemble(2, Averaging.PROBABILITIES));
    private static final LearnerSpec GROWING_ENSEMBLE =
            learner(new Family.GrowingEnsemble(true, Averaging.LOGITS));

    private final TestingRun run = new TestingRun();
    private final TestingListener listener = new TestingListener();

    @ParameterizedTest
    @FieldSource("org.almaflow.learning.member.MemberTrainerTest#LEARNERS")
    void everyFamilyLearns(LearnerSpec learner) throws IOException {
        run.run(run.member(learner, listener));

        double untrained = listener.results.get(0).holdout().error();
        assertThat(listener.results.get(3).holdout().error()).isLessThan(untrained - 0.1);
    }

    @Test
    void membersOfAnEnsembleSendTheirPredictionsWheneverTheyAreNew() throws IOException {
        run.run(run.member(ENSEMBLE, listener));

        assertThat(listener.results)
                .extracting(r -> r.predictions().isPresent())
                .containsExactly(true, true, false, true);
        PredictionSum own = listener.results.get(3).predictions().orElseThrow();
        assertThat(own.score(run.holdout().labels()).wrong())
                .isEqualTo(listener.results.get(3).holdout().wrong());
    }

    @Test
    void membersStartFromDifferentWeights() throws IOException {
        TestingListener other = new TestingListener();
        run.run(run.member(ENSEMBLE, 0, listener));
        run.run(run.member(ENSEMBLE, 1, other));

        assertThat(other.results.get(0).predictions())
                .isNotEqualTo(listener.results.get(0).predictions());
    }

    @Test
    void aGrowingEnsembleAddsANetworkASession() throws IOException {
        run.run(run.member(GROWING_ENSEMBLE, listener));

        long one = listener.results.get(1).parameters();
        assertThat(listener.results)
                .extracting(MemberResult::parameters)
                .containsExactly(one, one, one, 2 * one);
        assertThat(listener.results.get(3).model().orElseThrow().index()).isEqualTo(1);
        assertThat(listener.results).noneMatch(r -> r.predictions().isPresent());
    }

    /** In a run without a break, and in one that a restart breaks after the first session. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFrozenNetworkPredictsTheHoldoutOnce(boolean restarted) throws IOException {
        int holdout = run.holdout().labels().length;
        HoldoutPasses passes = new HoldoutPasses(new TestingEngine(), holdout);
        run.on(passes.engine());
        MemberTrainer member = run.member(GROWING_ENSEMBLE, listener);
        run.give(member);
        while (restarted && listener.results.size() < 2) {
            member.step();
        }
        if (restarted) {
            MemberSnapshot stored = TestingRun.stored(member.snapshot());
            member = run.member(GROWING_ENSEMBLE, listener);
            member.restore(stored);
        }
        TestingRun.finish(member);

        assertThat(listener.results).hasSize(4);
        assertThat(passes.rows())
                .as("rows of the holdout: untrained, first and second network")
                .hasSize(3)
                .allSatisfy((weights, rows) -> assertThat(rows).isEqualTo(holdout));
    }

    /** The ensemble's score is that of the mean of its stored networks' logits. */
    @Test
    void aGrowingEnsemblePredictsWithAllItsNetworks() throws IOException {
        run.run(run.member(GROWING_ENSEMBLE, listener));

        var engine = new TestingEngine();
        var set = engine.upload(run.holdout());
        float[] mean = new float[set.count() * TestingChunks.CLASSES];
        for (int arrival : new int[] {1, 3}) {
            var model = run.model(listener.results.get(arrival));
            var network = engine.network(model.network());
            network.load(model.weights());
            float[] logits = new float[mean.length];
            network.logits(set, 0, set.count(), logits);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += logits[i] / 2;
            }
        }
        int[] labels = run.holdout().labels();
        Score expected = Score.NONE.plus(mean, set.count(), TestingChunks.CLASSES, labels, 0);
        Score actual = listener.results.get(3).holdout();
        assertThat(actual.wrong()).isEqualTo(expected.wrong());
        assertThat(actual.lossSum()).isCloseTo(expected.lossSum(), within(1e-3));
    }

    @Test
    void aGrowingMixtureGrowsBeforeEverySessionButTheFirstAndPaysForIt() throws IOException {
        run.run(run.member(learner(new Family.GrowingMixture(2, 1)), listener));

        MixtureMlpSpec first = (MixtureMlpSpec) network(1);
        MixtureMlpSpec second = (MixtureMlpSpec) network(3);
        assertThat(first.hidden().get(0).mixture().experts()).isEqualTo(2);
        assertThat(second.hidden().get(0).mixture().experts()).isEqualTo(3);
        SessionReport opened =
                listener.sessions.stream().filter(s -> s.session() == 2).findFirst().orElseThrow();
        assertThat(opened.cost())
                .isEqualTo(new Cost(0, 0, opened.validationExamples() * first.forwardMacs()));
    }

    @Test
    void aMixtureGrowsEveryFewSessions() {
        Family.GrowingMixture family = new Family.GrowingMixture(2, 3);

        assertThat(LongStream.rangeClosed(1, 8).filter(family::growsBefore))
                .containsExactly(4L, 7L);
    }

    private NetworkSpec network(int arrival) {
        return listener.results.get(arrival).model().orElseThrow().network();
    }
}
