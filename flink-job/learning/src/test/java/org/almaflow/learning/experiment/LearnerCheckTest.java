package org.almaflow.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearnerCheckTest {
    private static LearnerSpec learner(String keys) {
        String yaml =
                """
                name: x
                stream: {name: x, dataset: x}
                learners:
                  - {id: bad, wait: {chunks: 1}, %s}
                """
                        .formatted(keys);
        return ExperimentReader.read(yaml, "f").learners().get(0);
    }

    private static InputSpec input(Integer... shape) {
        return new InputSpec(ElementType.UINT8, List.of(shape), List.of(), List.of());
    }

    @Test
    void imagesSmallerThanThePoolsAreRefused() {
        LearnerSpec vgg = learner("family: SM, network: {type: vgg, channels: 4}");
        assertThatThrownBy(() -> LearnerCheck.requireFit(vgg, input(1, 28, 28), 10))
                .isInstanceOf(ExperimentException.class)
                .hasMessageStartingWith("learner 'bad'")
                .hasMessageContaining("network")
                .hasMessageContaining("28 x 28 are too small for 5 max-pools");
        assertThatCode(() -> LearnerCheck.requireFit(vgg, input(3, 32, 32), 10))
                .doesNotThrowAnyException();
    }

    @Test
    void aConvolutionalNetworkOnRowsIsRefused() {
        LearnerSpec vgg = learner("family: MoE, network: {type: vgg, channels: 4}");
        assertThatThrownBy(() -> LearnerCheck.requireFit(vgg, input(784), 10))
                .isInstanceOf(ExperimentException.class)
                .hasMessageContaining("learner 'bad'")
                .hasMessageContaining("[channels, height, width]");
    }

    @Test
    void augmentationOfRowsIsRefused() {
        LearnerSpec rows =
                learner(
                        "family: SM, network: {type: mlp, hidden: [4]}, training: {augment:"
                                + " pad-crop-flip}");
        assertThatThrownBy(() -> LearnerCheck.requireFit(rows, input(784), 10))
                .isInstanceOf(ExperimentException.class)
                .hasMessageContaining("learner 'bad'")
                .hasMessageContaining("training.augment");
        assertThatCode(() -> LearnerCheck.requireFit(rows, input(1, 28, 28), 10))
                .doesNotThrowAnyException();
    }

    /** They would fail at the first growth, long after the start. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "family: gMoE, network: {type: vgg, channels: 2, convolutions: [2]}",
                "family: MoE, network: {type: vgg, channels: 2, convolutions: [2]}",
            })
    void aMixtureWithoutALayerForItIsRefused(String keys) {
        assertThatThrownBy(() -> LearnerCheck.requireFit(learner(keys), input(3, 8, 8), 10))
                .isInstanceOf(ExperimentException.class)
                .hasMessageStartingWith("learner 'bad': family ")
                .hasMessageContaining("make network deeper");
        String deeper = keys.replace("[2]", "[2, 1]");
        assertThatCode(() -> LearnerCheck.requireFit(learner(deeper), input(3, 8, 8), 10))
                .doesNotThrowAnyException();
    }

    @Test
    void whatNeverTrainsOrIsNotUsedIsDoubted() {
        String yaml =
                """
                name: x
                stream: {name: x, dataset: x, chunks: 50}
                defaults: {family: SM, network: {type: mlp, hidden: [4]}}
                learners:
                  - {id: a, wait: {chunks: 50}}
                  - {id: b, wait: {chunks: 60}}
                  - {id: c, wait: {adaptive: {horizon: 9}, warm-up: 2}}
                """;

        assertThat(LearnerCheck.doubts(ExperimentReader.read(yaml, "f")))
                .containsExactly(
                        "learner 'b' never trains: it waits for 60 chunks (wait.chunks), and the"
                                + " stream has 50 (stream.chunks)",
                        "learner 'c' looks ahead to the stream's last chunk, not 9 arrivals"
                                + " (wait.adaptive.horizon is for a stream that loops)");
        String endless = yaml.replace("dataset: x, chunks", "dataset: x, loop: true, chunks");
        assertThat(LearnerCheck.doubts(ExperimentReader.read(endless, "f"))).isEmpty();
    }

    @Test
    void oneClassIsRefused() {
        LearnerSpec one = learner("family: SM, network: {type: mlp, hidden: [4]}");
        assertThatThrownBy(() -> LearnerCheck.requireFit(one, input(784), 1))
                .isInstanceOf(ExperimentException.class)
                .hasMessageContaining("2 classes or more");
    }

    @Test
    void anAbsurdWidthIsRefused() {
        LearnerSpec wide = learner("family: SM, network: {type: mlp, hidden: [2147483647, 9]}");
        assertThatThrownBy(() -> LearnerCheck.requireFit(wide, input(784), 10))
                .isInstanceOf(ExperimentException.class)
                .hasMessageContaining("learner 'bad'");
    }
}
