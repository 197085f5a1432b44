package org.almaflow.learning.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.NetworkTemplate;
import org.almaflow.learning.network.Safetensors;
import org.almaflow.learning.network.TransformerSpec;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;
import org.almaflow.learning.waiting.EveryChunks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Families of language models on an engine: what they predict, and that they go on bit for bit.
 * Extended by engines' tests.
 */
public abstract class TextFamiliesContract {
    static final List<Family> FAMILIES =
            List.of(
                    new Family.Single(),
                    new Family.Ensemble(2, Averaging.PROBABILITIES),
                    new Family.GrowingEnsemble(true, Averaging.PROBABILITIES),
                    new Family.MixtureOfExperts(2),
                    new Family.GrowingMixture(2, 1, 2));

    private Engine engine;
    private final TestingText text = new TestingText();

    /** The engine under test. */
    protected abstract EngineProvider provider();

    @BeforeEach
    void open() {
        engine = provider().open(EngineOptions.defaults());
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private static LearnerSpec learner(Family family) {
        return new LearnerSpec(
                "lm",
                family,
                new NetworkTemplate.Transformer(2, 8, 2, 16, 0.1),
                new EveryChunks(1),
                0,
                new TrainingSpec(
                        8,
                        6,
                        3,
                        0.001,
                        0.2,
                        TrainingSpec.Start.WARM,
                        new OptimizerSpec.Adam(0.02, 0.9, 0.98, 1e-8, 0, 5)),
                5);
    }

    @ParameterizedTest
    @FieldSource("org.almaflow.learning.member.TextFamiliesContract#FAMILIES")
    void everyFamilyLearnsToPredictTheNextToken(Family family) throws IOException {
        try (MemberTrainer member = text.member(learner(family), 0, engine)) {
            text.give(member);
            TestingText.finish(member);
        }
        Score untrained = text.results.get(0).holdout();
        assertThat(untrained.examples()).isEqualTo(20 * 8);
        assertThat(untrained.loss()).isCloseTo(Math.log(5), within(0.2));
        assertThat(text.last().holdout().loss()).isLessThan(0.9);
        assertThat(text.last().holdout().perplexity())
                .isEqualTo(Math.exp(text.last().holdout().loss()));
        assertThat(text.last().prediction().score().examples()).isEqualTo(40 * 8);
        assertThat(text.last().prediction().score().loss()).isBetween(0.3, 1.3);
        assertThat(text.last().prediction().macs()).isPositive();
    }

    @Test
    void onlyTheProbabilitiesOfTheTargetsLeaveAMemberOfAnEnsemble() throws IOException {
        PredictionSum sum = null;
        for (int m = 0; m < 2; m++) {
            try (MemberTrainer member = text.member(learner(FAMILIES.get(1)), m, engine)) {
                text.give(member);
                TestingText.finish(member);
            }
            PredictionSum own = text.last().predictions().orElseThrow();
            assertThat(own.sum()).hasSize(20 * 8);
            assertThat(own.score(new int[20]).lossSum())
                    .isCloseTo(text.last().holdout().lossSum(), within(1e-3));
            sum = sum == null ? own : sum.plus(own);
        }
        double[] mean = new double[160];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = -Math.log(sum.sum()[i] / 2);
        }
        assertThat(sum.score(new int[20]).lossSum())
                .isCloseTo(Arrays.stream(mean).sum(), within(1e-3));
    }

    @Test
    void aGrowingEnsembleAveragesTheProbabilitiesOfItsNetworks() throws IOException {
        try (MemberTrainer member = text.member(learner(FAMILIES.get(2)), 0, engine)) {
            text.give(member);
            TestingText.finish(member);
        }
        PredictionSum sum = null;
        for (MemberResult result : text.results.subList(1, 3)) {
            Safetensors.Model model =
                    Safetensors.read(text.read(result.model().orElseThrow().file()));
            float[] targets = new float[20 * 8];
            try (ExampleSet set = engine.upload(text.holdout());
                    Network network = engine.network(model.network())) {
                network.load(model.weights());
                network.targets(set, 0, 20, targets);
            }
            PredictionSum own = PredictionSum.ofTargets(targets);
            sum = sum == null ? own : sum.plus(own);
        }
        assertThat(text.last().holdout().lossSum())
                .isCloseTo(sum.score(new int[0]).lossSum(), within(1e-3));
    }

    @Test
    void aGrowingMixtureCopiesExpertsBeforeItsSecondSession() throws IOException {
        try (MemberTrainer member = text.member(learner(FAMILIES.get(4)), 0, engine)) {
            text.give(member);
            TestingText.finish(member);
        }
        TransformerSpec grown = (TransformerSpec) text.last().model().orElseThrow().network();
        assertThat(grown.experts()).containsExactly(4);
    }

    /** A member is stopped after every few steps and goes on from its stored state. */
    @ParameterizedTest
    @FieldSource("org.almaflow.learning.member.TextFamiliesContract#FAMILIES")
    void everyFamilyGoesOnBitForBitAfterRestarts(Family family) throws IOException {
        int steps;
        try (MemberTrainer member = text.member(learner(family), 0, engine)) {
            text.give(member);
            steps = TestingText.finish(member);
        }
        for (int every : new int[] {7, 11}) {
            TestingText again = new TestingText();
            MemberTrainer member = again.member(learner(family), 0, engine);
            again.give(member);
            int done = 0;
            while (member.hasWork()) {
                member.step();
                if (++done % every == 0) {
                    byte[] state = bytes(member.snapshot());
                    member.close();
                    member = again.member(learner(family), 0, engine);
                    member.restore(
                            MemberSnapshot.read(
                                    new DataInputStream(new ByteArrayInputStream(state))));
                    assertThat(done).isLessThan(20 * steps);
                    // What is read again after a restart takes steps as well.
                    for (int i = 0; i < 6 && member.hasWork(); i++) {
                        member.step();
                    }
                }
            }
            member.close();
            assertThat(again.said).containsExactlyElementsOf(text.said);
        }
    }

    private static byte[] bytes(MemberSnapshot snapshot) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        snapshot.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
