package org.almaflow.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.almaflow.learning.waiting.Adaptive;
import org.almaflow.learning.waiting.AfterTime;
import org.almaflow.learning.waiting.AnyOf;
import org.almaflow.learning.waiting.Budget;
import org.almaflow.learning.waiting.ErrorDriven;
import org.almaflow.learning.waiting.EveryChunks;
import org.almaflow.learning.waiting.TimeKind;
import org.almaflow.learning.waiting.WaitingPolicy;
import org.almaflow.learning.waiting.WarmUp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingReaderTest {
    private static WaitingPolicy read(String wait) {
        String yaml =
                "{name: a, stream: {name: s}, learners: [{id: l, family: SM, network: {type: mlp,"
                        + " hidden: [4]}, wait: "
                        + wait
                        + "}]}";
        return ExperimentReader.read(yaml, "a.yaml").learners().get(0).waiting();
    }

    private static Experiment deployed(String name) throws IOException {
        Path file = Path.of("../../deploy/experiments", name);
        return ExperimentReader.read(Files.readString(file), file.toString());
    }

    @Test
    void aPolicyIsOneKeyAndMayHaveAWarmUp() {
        AfterTime minutes = new AfterTime(Duration.ofMinutes(10), TimeKind.PROCESSING);

        assertThat(read("{time: 10m, clock: event}"))
                .isEqualTo(new AfterTime(Duration.ofMinutes(10), TimeKind.EVENT));
        assertThat(read("{any-of: [{chunks: 5}, {time: 10m}], warm-up: 3}"))
                .isEqualTo(new WarmUp(3, new AnyOf(List.of(new EveryChunks(5), minutes))));
        assertThat(read("{error-driven: {}}")).isEqualTo(new ErrorDriven(0.01));
        assertThat(read("{adaptive: {}}")).isEqualTo(new Adaptive(0.01, 0));
        assertThat(read("{adaptive: {price: 0, horizon: 40}}")).isEqualTo(new Adaptive(0, 40));
    }

    @ParameterizedTest
    @ValueSource(strings = {"50M", "50m", "50000000", "0.05G", "50000k", "5.0e+7"})
    void countsAreReadAsPeopleWriteThem(String count) {
        assertThat(read("{budget: " + count + "}")).isEqualTo(new Budget(50_000_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                         | wait must have exactly one key beside clock and"
                        + " warm-up, not []",
                "{chunks: 5, time: 10m}     | wait must have exactly one key beside clock and"
                        + " warm-up, not [chunks, time]",
                "{chunks: 5, warm-up: 0}    | wait.warm-up: 0 is not right; it must be a whole"
                        + " number from 1",
                "{chunks: 5, clock: event}  | wait.clock: only time has a clock, chunks has none",
                "{examples: -1}             | wait.examples: -1 is not right",
                "{time: 10}                 | wait.time: '10' is not a duration such as 500ms",
                "{time: 0}                  | wait.time: must be a time from 1ms, not 0 ns",
                "{time: 1s, clock: wall}    | wait.clock: 'wall' is not one of processing, event",
                "{geometric: 1}             | wait.geometric: must be a number greater than 1, not"
                        + " 1.0",
                "{geometric: .nan}          | wait.geometric: must be a number greater than 1",
                "{geometric: fast}          | wait.geometric: must be a number, not 'fast'",
                "{budget: 0}                | wait.budget: must be a whole number from 1, not 0",
                "{budget: 5X}               | wait.budget: '5X' is not a count such as 20000, 50M",
                "{budget: .inf}             | wait.budget: 'Infinity' is not a count",
                "{budget: 0.5}              | wait.budget: '0.5' is not a whole number",
                "{budget: 99999999T}        | wait.budget: '99999999T' is not a whole number below",
                "{error-driven: {margin: 1.5}} | wait.error-driven.margin: 1.5 is not right; it"
                        + " must be less than 1",
                "{error-driven: {margin: 0}} | wait.error-driven.margin: 0 is not right; it must be"
                        + " a number greater than 0",
                "{error-driven: 0.1}        | wait.error-driven must be a mapping",
                "{error-driven: {maxgin: 1}} | wait.error-driven.maxgin: unknown key (did you mean"
                        + " 'margin'?)",
                "{adaptive: {price: -1}}    | wait.adaptive.price: -1 is not right",
                "{adaptive: {horizon: 0}}   | wait.adaptive.horizon: 0 is not right",
                "{any-of: []}               | wait.any-of: must list at least one policy",
                "{any-of: {chunks: 5}}      | wait.any-of: {chunks=5} is not right; it must be a"
                        + " list",
                "{all-of: [{chunks: 0}]}    | wait.all-of[0].chunks: 0 is not right",
                "{any-of: [{time: 1s}, {time: 1s, clock: event}]} | wait.any-of: must not mix"
                        + " processing and event time; give all times the same clock",
            })
    void anImpossibleWaitIsRefusedWithASentence(String wait, String message) {
        assertThatThrownBy(() -> read(wait))
                .isInstanceOf(ExperimentException.class)
                .hasMessageStartingWith("a.yaml: learners[0]." + message);
    }

    @Test
    void theExperimentsOfTheStudyAreRead() throws IOException {
        assertThat(deployed("mnist-policies.yaml").learners())
                .extracting(LearnerSpec::id)
                .startsWith("chunks-1", "chunks-2", "chunks-5", "chunks-10")
                .endsWith("geometric", "budget", "error-driven", "adaptive");
        assertThat(deployed("mnist-sweep.yaml").learners())
                .hasSize(12)
                .extracting(LearnerSpec::id)
                .contains("error-driven-margin-0.01-replay-0.5-scratch");
    }
}
