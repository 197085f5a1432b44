package org.almaflow.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.NetworkTemplate;
import org.almaflow.learning.waiting.EveryChunks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentReaderTest {
    private static final String GOOD =
            """
            name: waiting
            seed: 7
            stream:
              name: mnist
              dataset: mnist
              chunks: 50
              arrival: {schedule: fixed, interval: 1s}
            defaults:
              family: SM
              network: {type: mlp, hidden: [64, 64]}
              training:
                max_epochs: 20
                patience: 5
                optimizer: {type: adadelta, lr: 1.0, rho: 0.9, eps: 1e-6}
            learners:
              - {id: sm-w1, wait: {chunks: 1}}
              - id: sm-w5
                wait: {chunks: 5}
                seed: 3
                training: {patience: 9, optimizer: {type: sgd, lr: 0.1, momentum: 0.9, nesterov: true}}
            """;

    @Test
    void decisionsAreInLockstepAndMembersStopApartUnlessItSaysOtherwise() {
        String other =
                GOOD.replace("seed: 7", "seed: 7\nlockstep: false")
                        .replace("{id: sm-w1,", "{id: ens, family: Ens, k: 2, stop: together,");

        assertThat(ExperimentReader.read(GOOD, "a.yaml").lockstep()).isTrue();
        Experiment e = ExperimentReader.read(other, "a.yaml");
        assertThat(e.lockstep()).isFalse();
        assertThat(e.learners().get(0).family().stopsTogether()).isTrue();
        assertThat(e.learners().get(1).family().stopsTogether()).isFalse();
        assertThatThrownBy(
                        () -> ExperimentReader.read(other.replace("together", "later"), "a.yaml"))
                .hasMessageContaining("'later' is not one of apart, together");
    }

    @Test
    void aFileBecomesAnExperiment() {
        Experiment e = ExperimentReader.read(GOOD, "a.yaml");

        assertThat(e.name()).isEqualTo("waiting");
        assertThat(e.engine()).isEqualTo("dl4j");
        assertThat(e.stream())
                .isEqualTo(
                        new StreamSpec(
                                "mnist",
                                "mnist",
                                "",
                                50,
                                432,
                                false,
                                new Arrival(Arrival.Schedule.FIXED, Duration.ofSeconds(1), "")));
        LearnerSpec first = e.learners().get(0);
        assertThat(first.family()).isEqualTo(new Family.Single());
        assertThat(first.network()).isEqualTo(new NetworkTemplate.Mlp(List.of(64, 64)));
        assertThat(first.waiting()).isEqualTo(new EveryChunks(1));
        assertThat(first.seed()).isEqualTo(7);
        assertThat(first.training())
                .isEqualTo(
                        new TrainingSpec(
                                128,
                                20,
                                5,
                                0.001,
                                0.1,
                                TrainingSpec.Start.WARM,
                                new OptimizerSpec.Adadelta(1.0, 0.9, 1e-6, 0),
                                Augmentation.Kind.NONE,
                                LastBatch.KEEP));
    }

    @Test
    void aLearnerOverridesTheDefaultsKeyByKeyInTraining() {
        LearnerSpec second = ExperimentReader.read(GOOD, "a.yaml").learners().get(1);

        assertThat(second.seed()).isEqualTo(3);
        assertThat(second.training().maxEpochs()).isEqualTo(20);
        assertThat(second.training().patience()).isEqualTo(9);
        assertThat(second.training().optimizer())
                .isEqualTo(new OptimizerSpec.Sgd(0.1, 0.9, true, 0));
    }

    @Test
    void valuesCanBeReplacedByPath() {
        String text =
                ExperimentReader.with(
                        GOOD,
                        "a.yaml",
                        Map.of("seed", 9, "stream.chunks", 10, "stream.arrival.interval", "0"));

        Experiment e = ExperimentReader.read(text, "a.yaml");
        assertThat(e.seed()).isEqualTo(9);
        assertThat(e.learners()).extracting(LearnerSpec::seed).containsExactly(9L, 3L);
        assertThat(e.stream().chunks()).isEqualTo(10);
        assertThat(e.stream().arrival().interval()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chunks: 1}        | chunks: -2}        | learners[0].wait.chunks: -2 is not right;"
                        + " it must be a whole number from 1",
                "chunks: 1}        | chunks: 0}         | learners[0].wait.chunks: 0 is not right",
                "chunks: 1}        | chunks: 1.5}       | learners[0].wait.chunks: 1.5 is not"
                        + " right",
                "chunks: 1}        | chunks: many}      | learners[0].wait.chunks: 'many' is not"
                        + " right",
                "chunks: 1}        | chunk: 1}          | learners[0].wait.chunk: unknown key (did"
                        + " you mean 'chunks'?)",
                "family: SM        | family: SN         | learners[0].family: 'SN' is not one of"
                        + " SM, Ens, UMix, gEns, MoE, gMoE, FF (did you mean 'SM'?)",
                "id: sm-w5         | id: sm-w1          | learners[1].id: 'sm-w1' is used twice",
                "id: sm-w5         | id: 'sm w5'        | learners[1].id: 'sm w5' is not right",
                "id: sm-w5         | name: sm-w5        | learners[1].name: unknown key",
                "seed: 7           | sead: 7            | sead: unknown key (did you mean 'seed'?)",
                "hidden: [64, 64]  | hidden: [64, 0]    | learners[0].network.hidden: [64, 0] is"
                        + " not right",
                "hidden: [64, 64]  | hidden: 64         | learners[0].network.hidden: 64 is not"
                        + " right",
                "type: mlp         | type: vg           | learners[0].network.type: 'vg' is not"
                        + " one of mlp, vgg",
                "max_epochs: 20    | max_epochs: 0      | learners[0].training.max_epochs: 0 is not"
                        + " right",
                "max_epochs: 20    | maxepochs: 20      | learners[0].training.maxepochs: unknown"
                        + " key (did you mean 'max_epochs'?)",
                "chunks: 1}        | chunks: 1}, replay: 1.5 | learners[0].replay: 1.5 is not"
                        + " right; it must be a number from 0.0 to 1.0",
                "lr: 1.0           | lr: 0              | learners[0].training.optimizer.lr: 0 is"
                        + " not right",
                "rho: 0.9          | beta1: 0.9         | learners[0].training.optimizer.beta1:"
                        + " unknown key",
                "interval: 1s      | interval: -1s      | stream.arrival.interval: '-1s' is not a"
                        + " duration",
                "schedule: fixed   | schedule: fixd     | stream.arrival.schedule: 'fixd' is not"
                        + " one of fixed, poisson, asap, timetable (did you mean 'fixed'?)",
                "chunks: 50        | chunks: 0          | stream.chunks: 0 is not right",
                "name: waiting     | other: 1           | other: unknown key",
                "name: waiting     | name: [            | is not YAML",
                "seed: 7           | name: twice        | is not YAML: while constructing a"
                        + " mapping",
            })
    void aWrongFileIsRefusedByKeyAndValue(String good, String bad, String message) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(
                        () ->
                                ExperimentReader.read(
                                        GOOD.replaceFirst(java.util.regex.Pattern.quote(good), bad),
                                        "a.yaml"))
                .isInstanceOf(ExperimentException.class)
                .hasMessageStartingWith("a.yaml: " + message)
                .message()
                .satisfies(m -> assertThat(m.lines()).hasSize(1));
    }

    @Test
    void moreLearnersThanAnExperimentHasAreRefused() {
        String head = GOOD.substring(0, GOOD.indexOf("  - {id: sm-w1"));
        String most =
                head
                        + IntStream.range(0, 200)
                                .mapToObj("  - {id: l%d, wait: {chunks: 1}}\n"::formatted)
                                .collect(Collectors.joining());

        assertThat(ExperimentReader.read(most, "a.yaml").learners()).hasSize(200);
        assertThatThrownBy(
                        () ->
                                ExperimentReader.read(
                                        most + "  - {id: more, wait: {chunks: 1}}\n", "a.yaml"))
                .isInstanceOf(ExperimentException.class)
                .hasMessage(
                        "a.yaml: learners: there are 201, and an experiment has 200 at most; part"
                                + " the experiment");
    }

    private static TrainingSpec training(String dataset, String learner) {
        String yaml =
                "{name: x, stream: {name: x, dataset: %s}, learners: [{id: l, wait: {chunks: 1}, %s}]}"
                        .formatted(dataset, learner);
        return ExperimentReader.read(yaml, "a.yaml").learners().get(0).training();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SM           | 25  | 0.001 | false",
                "'Ens, k: 2'  | 100 | 0.001 | false",
                "'UMix, k: 2' | 100 | 0     | false",
                "gEns         | 25  | 0.001 | false",
                "MoE          | 25  | 0.001 | true",
                "gMoE         | 25  | 0.001 | true",
                "FF           | 25  | 0.001 | true",
            })
    void whatIsNotGivenIsTheReferencesForFamilyAndNetwork(
            String family, int patience, double delta, boolean nesterov) {
        TrainingSpec vgg =
                training("cifar10", "family: " + family + ", network: {type: vgg, channels: 4}");

        assertThat(vgg.patience()).isEqualTo(patience);
        assertThat(vgg.delta()).isEqualTo(delta);
        assertThat(vgg.optimizer()).isEqualTo(new OptimizerSpec.Sgd(0.01, 0.9, nesterov, 1e-4));
        assertThat(vgg.augment()).isEqualTo(Augmentation.Kind.PAD_CROP_FLIP);
        if (!family.equals("FF")) {
            TrainingSpec mlp =
                    training(
                            "cifar10", "family: " + family + ", network: {type: mlp, hidden: [4]}");
            assertThat(mlp.patience()).isEqualTo(patience);
            assertThat(mlp.delta()).isEqualTo(delta);
            assertThat(mlp.optimizer()).isEqualTo(new OptimizerSpec.Adadelta(1.0, 0.9, 1e-6, 0));
            assertThat(mlp.augment()).isEqualTo(Augmentation.Kind.NONE);
        }
    }

    @Test
    void onlyCifar10IsAugmentedUnlessItSaysSo() {
        String vgg = "family: SM, network: {type: vgg, channels: 4}";

        assertThat(training("photos/", vgg).augment()).isEqualTo(Augmentation.Kind.NONE);
        assertThat(training("cifar10", vgg + ", training: {augment: none}").augment())
                .isEqualTo(Augmentation.Kind.NONE);
    }

    @Test
    void anOptimizersKeysReplaceTheDefaultsOneByOneAndItsTypeAllOfThem() {
        String moe = "family: MoE, network: {type: vgg, channels: 4}, training: {optimizer: ";

        assertThat(training("cifar10", moe + "{lr: 0.1}}").optimizer())
                .isEqualTo(new OptimizerSpec.Sgd(0.1, 0.9, true, 1e-4));
        assertThat(training("cifar10", moe + "{momentum: 0}}").optimizer())
                .isEqualTo(new OptimizerSpec.Sgd(0.01, 0, false, 1e-4));
        assertThat(training("cifar10", moe + "{type: sgd}}").optimizer())
                .isEqualTo(new OptimizerSpec.Sgd(0.01, 0, false, 0));
    }

    private static final String FIREFLY =
            GOOD.replace("family: SM", "family: FF")
                    .replace("type: mlp, hidden: [64, 64]", "type: vgg, channels: 16");

    @Test
    void fireflyHasDefaultsAndOptions() {
        assertThat(ExperimentReader.read(FIREFLY, "a.yaml").learners().get(0).family())
                .isEqualTo(new Family.FireFly(1, 0.6, 70, 0.001, 4, 2));
        String all =
                FIREFLY.replace(
                        "{id: sm-w1,",
                        "{id: ff, grow_every: 2, growth_rate: 0.3, new_channels: 0, epsilon: 0.02,"
                                + " search_steps: 0, score_steps: 1,");
        assertThat(ExperimentReader.read(all, "a.yaml").learners().get(0).family())
                .isEqualTo(new Family.FireFly(2, 0.3, 0, 0.02, 0, 1));
        String blocks = FIREFLY.replace("channels: 16", "channels: 16, convolutions: [1, 2]");
        assertThat(ExperimentReader.read(blocks, "a.yaml").learners().get(0).network())
                .isEqualTo(new NetworkTemplate.Vgg(16, List.of(1, 2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "grow_every: 0    | learners[0].grow_every: 0 is not right",
                "growth_rate: 0   | learners[0].growth_rate: 0 is not right; it must be a number"
                        + " greater than 0",
                "growth_rate: x   | learners[0].growth_rate: 'x' is not right",
                "new_channels: -1 | learners[0].new_channels: -1 is not right",
                "epsilon: 0       | learners[0].epsilon: 0 is not right",
                "search_steps: -1 | learners[0].search_steps: -1 is not right",
                "score_steps: 0   | learners[0].score_steps: 0 is not right",
                "k: 3             | learners[0].k: FF has no such key; it has grow_every,",
                "grow_evry: 3     | learners[0].grow_evry: unknown key (did you mean"
                        + " 'grow_every'?)",
                "family: MoE, epsilon: 0.1 | learners[0].epsilon: MoE has no such key; it has"
                        + " experts",
                "'network: {type: mlp, hidden: [4]}' | learners[0].family: FF grows the channels"
                        + " of a convolutional network; network.type must be vgg, not 'mlp'",
                "'network: {type: vgg, channels: 4, convolutions: []}' |"
                        + " learners[0].network.convolutions: [] is not right",
                "'network: {type: vgg, channels: 4, convolutions: [0]}' |"
                        + " learners[0].network.convolutions: [0] is not right",
            })
    void aWrongFireflyIsRefusedByKeyAndValue(String bad, String message) {
        String text = FIREFLY.replace("{id: sm-w1,", "{id: sm-w1, " + bad + ",");
        assertThatThrownBy(() -> ExperimentReader.read(text, "a.yaml"))
                .isInstanceOf(ExperimentException.class)
                .hasMessageStartingWith("a.yaml: " + message)
                .message()
                .satisfies(m -> assertThat(m.lines()).hasSize(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                    | must be a mapping",
                "just text                             | must be a mapping",
                "'[1, 2]'                              | must be a mapping",
                "'name: a'                             | stream is missing",
                "'{name: a, stream: 3}'                | stream must be a mapping of keys to"
                        + " values, not 3",
                "'{name: a, stream: {name: s}}'        | learners is missing",
                "'{name: a, stream: {name: s}, learners: []}' | learners must name at least one",
                "'{name: a, stream: {name: s}, learners: {}}' | learners: {} is not right; it must"
                        + " be a list",
                "'{name: a, stream: {name: s}, learners: [4]}' | learners[0] must be a mapping",
                "'{name: a, stream: {name: s}, learners: [{id: x}]}' | learners[0].family is"
                        + " missing",
                "'&a [*a]'                             | must be a mapping",
            })
    void aFileWithPartsMissingIsRefused(String yaml, String message) {
        assertThatThrownBy(() -> ExperimentReader.read(yaml == null ? "" : yaml, "a.yaml"))
                .isInstanceOf(ExperimentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "2s, 2000", "1.5m, 90000", "1h, 3600000", "0, 0", "1 d, 86400000"})
    void durationsAreReadAsPeopleWriteThem(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"5", "-1s", "fast", "''", "1y", "99999999999999999999h"})
    void otherDurationsAreRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void theFamiliesOnCifar10AreAnExperiment() throws IOException {
        Path file = Path.of("../../deploy/experiments/cifar10-families.yaml");

        Experiment e = ExperimentReader.read(Files.readString(file), file.toString());

        assertThat(e.learners())
                .extracting(LearnerSpec::id)
                .containsExactly("sm", "ens", "umix", "gens", "moe", "gmoe", "ff");
        for (LearnerSpec learner : e.learners()) {
            assertThat(learner.network()).isEqualTo(new NetworkTemplate.Vgg(16));
            assertThat(learner.id()).isEqualToIgnoringCase(learner.family().label());
            assertThat(learner.training().augment()).isEqualTo(Augmentation.Kind.PAD_CROP_FLIP);
            assertThat(learner.training().maxEpochs()).isEqualTo(10);
            boolean nesterov = learner.id().contains("moe") || learner.id().equals("ff");
            assertThat(learner.training().optimizer())
                    .isEqualTo(new OptimizerSpec.Sgd(0.01, 0.9, nesterov, 1e-4));
        }
    }
}
