package org.almaflow.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Experiment SWEEP =
            ExperimentReader.read(
                    """
                    name: toy
                    stream: {name: toy, dataset: mnist, chunks: 4}
                    defaults: {network: {type: mlp, hidden: [8]}}
                    sweep:
                      - family: [SM, {family: Ens, k: 3}]
                        wait: [{chunks: 2}, {any-of: [{chunks: 3}, {geometric: 2}]}]
                        replay: [0.5]
                        seed: [0, 1]
                    """,
                    "experiment");

    private static Map<String, String> of(int learner) {
        return Settings.of(SWEEP, SWEEP.learners().get(learner));
    }

    @Test
    void saysWhatTheExperimentFileSays() {
        assertThat(of(0))
                .containsEntry("family", "SM")
                .containsEntry("network.hidden", "[8]")
                .containsEntry("wait", "chunks: 2")
                .containsEntry("replay", "0.5")
                .containsEntry("seed", "0")
                .doesNotContainKeys("id", "waiting", "waiting.chunks", "memory");
        assertThat(of(6)).containsEntry("family.k", "3");
    }

    @Test
    void learnersOfTwoSeedsDifferInNothingElse() {
        assertThat(Fingerprint.changes(of(2), of(3))).containsExactly("seed was 0 and is 1");
    }

    @Test
    void learnersThatDifferOtherwiseAreToldApart() {
        List<Map<String, String>> all = List.of(of(0), of(2), of(4), of(6));
        assertThat(all).doesNotHaveDuplicates();
    }
}
