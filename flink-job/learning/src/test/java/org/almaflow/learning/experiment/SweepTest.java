package org.almaflow.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.waiting.EveryChunks;
import org.almaflow.learning.waiting.Geometric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepTest {
    private static Experiment read(String rest) {
        String head =
                """
                name: sweep
                stream: {name: s}
                defaults:
                  family: SM
                  network: {type: mlp, hidden: [4]}
                  wait: {chunks: 1}
                  training: {max_epochs: 9}
                """;
        return ExperimentReader.read(head + rest, "a.yaml");
    }

    @Test
    void everyCombinationBecomesALearner() {
        Experiment e =
                read(
                        """
                        learners: [{id: own}]
                        sweep:
                          - id: "{family}-{wait}-r{replay}-{training.start}-s{seed}"
                            family: [SM, {family: Ens, k: 3}]
                            wait: [{chunks: 5, warm-up: 2}, {geometric: 2.5}]
                            replay: [0, 0.5]
                            seed: [0, 7]
                            training: {start: [warm, scratch], patience: 4}
                        """);

        assertThat(e.learners())
                .hasSize(33)
                .extracting(LearnerSpec::id)
                .doesNotHaveDuplicates()
                .contains("own", "Ens-3-geometric-2.5-r0.5-scratch-s7")
                .startsWith("own", "SM-chunks-5-warm-up-2-r0-warm-s0");
        LearnerSpec last = e.learners().get(32);
        assertThat(last.family()).isInstanceOf(Family.Ensemble.class);
        assertThat(last.waiting()).isEqualTo(new Geometric(2.5));
        assertThat(last.replay()).isEqualTo(0.5);
        assertThat(last.seed()).isEqualTo(7);
        assertThat(last.training().start()).isEqualTo(TrainingSpec.Start.SCRATCH);
        assertThat(last.training().patience()).isEqualTo(4);
        assertThat(last.training().maxEpochs()).isEqualTo(9);
    }

    @Test
    void withoutAnIdTheVariedValuesAreIt() {
        Experiment e =
                read("sweep: [{wait: [{chunks: 1}, {chunks: 2}], replay: 0.5, seed: [3, 4]}]");

        assertThat(e.learners())
                .extracting(LearnerSpec::id)
                .containsExactly("chunks-1-3", "chunks-1-4", "chunks-2-3", "chunks-2-4");
        assertThat(e.learners()).allMatch(l -> l.replay() == 0.5);
        assertThat(e.learners().get(3).waiting()).isEqualTo(new EveryChunks(2));
    }

    @Test
    void aMinusMakesADifference() {
        assertThat(read("sweep: [{seed: [-1, 1]}]").learners())
                .extracting(LearnerSpec::id)
                .containsExactly("minus-1", "1");
        assertThat(read("sweep: [{id: 's{seed}', seed: [-7, 7]}]").learners())
                .extracting(LearnerSpec::id)
                .containsExactly("sminus-7", "s7");
    }

    @Test
    void networksAreVariedWhole() {
        assertThat(
                        read("sweep: [{network: [{type: mlp, hidden: [4, 4]}, {type: mlp,"
                                        + " hidden: []}]}]")
                                .learners())
                .extracting(LearnerSpec::id)
                .containsExactly("mlp-4-4", "mlp");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                          | sweep[0] varies nothing; make the value of a key a"
                        + " list",
                "{seed: []}                  | sweep[0].seed: [] is empty; list a value or leave"
                        + " the key out",
                "{seeds: [1]}                | sweep[0].seeds: unknown key (did you mean 'seed'?)",
                "{training: {starts: [warm]}} | sweep[0].training.starts: unknown key",
                "{id: a, seed: [1, 2]}       | sweep[0].id: 'a' is the same for every seed; add"
                        + " {seed}",
                "{id: 'a-{sed}', seed: [1]}  | sweep[0].id: 'a-{sed}' has {sed}, which is not"
                        + " varied here; varied are [seed]",
                "{seed: [1, 1]}              | sweep[0].id: '1' is used twice; ids must differ",
                "{wait: [{chunks: 0}]}       | sweep[0].wait.chunks: 0 is not right; it must be a"
                        + " whole number from 1",
                "{replay: [0, 2]}            | sweep[0].replay: 2 is not right",
                "{id: 'a b {seed}', seed: [1]} | sweep[0].id: 'a b 1' is not right",
            })
    void aWrongSweepIsRefused(String sweep, String message) {
        assertThatThrownBy(() -> read("sweep: [" + sweep + "]"))
                .isInstanceOf(ExperimentException.class)
                .hasMessageStartingWith("a.yaml: " + message);
    }

    @Test
    void tooManyLearnersAreRefusedBeforeTheyAreMade() {
        String many =
                IntStream.range(0, 2000)
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining(",", "[", "]"));

        assertThatThrownBy(
                        () ->
                                read(
                                        "sweep: [{seed: %s, replay: %s, training: {patience: %s}}]"
                                                .formatted(many, many, many)))
                .hasMessageContaining("sweep[0]: 2000 × 2000 × 2000 = 8000000000 learners")
                .hasMessageContaining("200 at most; shorten a list or part the experiment");
        assertThatThrownBy(() -> read("learners: [{id: a}]\nsweep: [{seed: " + many + "}]"))
                .hasMessageContaining("2000 = 2000 learners");
    }
}
