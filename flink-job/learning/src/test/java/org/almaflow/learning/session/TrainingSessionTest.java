package org.almaflow.learning.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.experiment.TrainingSpec;
import org.almaflow.learning.session.TestingScriptedNetwork.Rows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingSessionTest {
    private static final int TRAIN = 10;
    private static final int VALIDATION = 1000;

    private static TrainingSpec spec(int maxEpochs, int patience, double delta) {
        return new TrainingSpec(
                4,
                maxEpochs,
                patience,
                delta,
                0.1,
                TrainingSpec.Start.WARM,
                new OptimizerSpec.Sgd(0.1, 0, false, 0));
    }

    private static TrainingSession session(
            TestingScriptedNetwork network, TrainingSpec spec, int validation) {
        TrainingSets sets = new TrainingSets(new Rows(TRAIN), new Rows(validation));
        return TrainingSession.open(network, spec, sets, 1, 0, 1, Cost.NONE, 0);
    }

    private static TrainingSession run(TestingScriptedNetwork network, TrainingSpec spec) {
        TrainingSession session = session(network, spec, VALIDATION);
        while (!session.ended()) {
            session.step();
        }
        return session;
    }

    /** Three steps an epoch: 4, 4 and 2 rows. */
    private static double stepsOfBest(TrainingSession session) {
        return session.best().byName().get("layers.0.weight").data()[0];
    }

    @Test
    void endsWhenPatienceIsSpentAndKeepsTheBest() {
        var network = new TestingScriptedNetwork(0.5, 0.6, 0.55, 0.6, 0.59, 0.99);
        TrainingSession session = run(network, spec(100, 3, 0));

        assertThat(session.epoch()).isEqualTo(5);
        assertThat(stepsOfBest(session)).isEqualTo(2 * 3);
        assertThat(session.bestAccuracy()).isEqualTo(0.6);
        assertThat(session.endReason()).isEqualTo("no better validation accuracy for 3 epochs");
    }

    @Test
    void betterMeansBetterByMoreThanDelta() {
        var network = new TestingScriptedNetwork(0.500, 0.501, 0.502, 0.503);
        TrainingSession session = run(network, spec(100, 3, 0.01));

        assertThat(session.epoch()).isEqualTo(4);
        assertThat(stepsOfBest(session)).isEqualTo(3);
    }

    @Test
    void patienceStartsAnewWithEachBest() {
        var network = new TestingScriptedNetwork(0.5, 0.4, 0.6, 0.4, 0.7, 0.4, 0.4);
        TrainingSession session = run(network, spec(100, 2, 0));

        assertThat(session.epoch()).isEqualTo(7);
        assertThat(stepsOfBest(session)).isEqualTo(5 * 3);
    }

    @Test
    void endsAtMaxEpochs() {
        var network = new TestingScriptedNetwork(0.1, 0.2, 0.3);
        TrainingSession session = run(network, spec(3, 5, 0));

        assertThat(session.endReason()).isEqualTo("max_epochs 3 reached");
        assertThat(stepsOfBest(session)).isEqualTo(9);
    }

    @Test
    void everyEpochPassesEveryRowOnceInAnotherOrder() {
        var network = new TestingScriptedNetwork(0.1, 0.2);
        run(network, spec(2, 5, 0));

        assertThat(network.batchSizes).containsExactly(4, 4, 2, 4, 4, 2);
        Integer[] all = IntStream.range(0, TRAIN).boxed().toArray(Integer[]::new);
        assertThat(network.trainedRows.subList(0, TRAIN)).containsExactlyInAnyOrder(all);
        assertThat(network.trainedRows.subList(TRAIN, 2 * TRAIN))
                .containsExactlyInAnyOrder(all)
                .isNotEqualTo(network.trainedRows.subList(0, TRAIN));
    }

    @Test
    void costCountsTrainingThreefoldAndValidationOnce() {
        var network = new TestingScriptedNetwork(0.1, 0.2);
        TrainingSession session = run(network, spec(2, 5, 0));

        long macs = network.spec().forwardMacs();
        assertThat(session.cost())
                .isEqualTo(
                        new Cost(
                                2 * TRAIN,
                                2 * TRAIN * macs,
                                (3 * 2 * TRAIN + 2 * VALIDATION) * macs));
    }

    @Test
    void withoutValidationExamplesTheLastEpochIsDeployed() {
        var network = new TestingScriptedNetwork();
        TrainingSession session = session(network, spec(4, 1, 0), 0);
        while (!session.ended()) {
            session.step();
        }

        assertThat(session.epoch()).isEqualTo(4);
        assertThat(stepsOfBest(session)).isEqualTo(12);
        assertThat(session.bestAccuracy()).isNaN();
    }

    @Test
    void aLossThatIsNoNumberEndsTheSession() {
        var network = new TestingScriptedNetwork(0.5);
        TrainingSession session = session(network, spec(9, 9, 0), VALIDATION);
        while (session.epoch() < 1) {
            session.step();
        }
        network.loss = Double.NaN;
        session.step();

        assertThat(session.ended()).isTrue();
        assertThat(session.endReason())
                .isEqualTo(
                        "diverged: the loss is NaN at example 0 of epoch 2; a smaller learning rate"
                                + " may help");
        assertThat(stepsOfBest(session)).isEqualTo(3);
        assertThatThrownBy(session::step).isInstanceOf(IllegalStateException.class);
    }

    /** The only epoch's weights come of a step whose own loss was finite. */
    @Test
    void aValidationLossThatIsNoNumberEndsTheSessionWithoutABest() {
        TrainingSession session = run(new TestingScriptedNetwork(Double.NaN), spec(1, 1, 0));

        assertThat(session.endReason())
                .isEqualTo(
                        "diverged: the validation loss is NaN after epoch 1; a smaller learning"
                                + " rate may help");
        assertThat(session.best()).isNull();
        assertThat(session.epoch()).isEqualTo(1);
    }

    @Test
    void aLaterValidationLossThatIsNoNumberLeavesTheBestEpoch() {
        TrainingSession session = run(new TestingScriptedNetwork(0.5, Double.NaN), spec(9, 1, 0));

        assertThat(session.endReason()).startsWith("diverged: the validation loss is NaN after");
        assertThat(stepsOfBest(session)).isEqualTo(3);
        assertThat(session.bestAccuracy()).isEqualTo(0.5);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void withoutValidationExamplesAWeightThatIsNotFiniteEndsTheSession(float wild) {
        var network = new TestingScriptedNetwork();
        TrainingSession session = session(network, spec(2, 1, 0), 0);
        while (session.epoch() < 1) {
            session.step();
        }
        network.weight = wild;
        while (!session.ended()) {
            session.step();
        }

        assertThat(session.endReason())
                .isEqualTo(
                        "diverged: tensor layers.0.weight is not finite after epoch 2; a smaller"
                                + " learning rate may help");
        assertThat(stepsOfBest(session)).isEqualTo(3);
    }

    /** An engine's ReLU may turn what is no number into 0, and the loss into a finite one. */
    @Test
    void aWeightThatIsNotFiniteIsNotKeptWhateverTheValidationSays() {
        var network = new TestingScriptedNetwork(0.5);
        network.weight = Float.NaN;
        TrainingSession session = run(network, spec(1, 1, 0));

        assertThat(session.endReason()).startsWith("diverged: tensor layers.0.weight");
        assertThat(session.best()).isNull();
    }

    @Test
    void trainingOnNothingIsRefused() {
        TrainingSets sets = new TrainingSets(new Rows(0), new Rows(0));
        assertThatThrownBy(
                        () ->
                                TrainingSession.open(
                                        new TestingScriptedNetwork(),
                                        spec(1, 1, 0),
                                        sets,
                                        1,
                                        0,
                                        1,
                                        Cost.NONE,
                                        0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
