package org.almaflow.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private static final String YAML =
            """
            name: toy
            stream: {name: toy, dataset: mnist, chunks: 4}
            learners:
              - {id: a, family: gMoE, wait: {chunks: 2}, network: {type: mlp, hidden: [8]}}
            """;

    private static Map<String, String> of(String yaml) {
        Experiment experiment = ExperimentReader.read(yaml, "experiment");
        return Fingerprint.of(experiment, experiment.learners().get(0));
    }

    private static List<String> changed(String from, String to) {
        return Fingerprint.changes(of(YAML), of(YAML.replace(from, to)));
    }

    @Test
    void aLearnerIsItsChoicesAndTheirValues() {
        assertThat(of(YAML))
                .containsEntry("family", "GrowingMixture")
                .containsEntry("family.experts", "2")
                .containsEntry("network.hidden", "[8]")
                .containsEntry("training.batch_size", "128")
                .containsEntry("training.optimizer", "Adadelta")
                .containsEntry("training.optimizer.rho", "0.9")
                .containsEntry("engine", "dl4j")
                .doesNotContainKey("id");
    }

    @Test
    void everyChangeIsNamedWithBothValues() {
        assertThat(changed("hidden: [8]", "hidden: [16]"))
                .containsExactly("network.hidden was [8] and is [16]");
        assertThat(changed("family: gMoE", "family: MoE"))
                .containsExactly("family was GrowingMixture and is MixtureOfExperts");
        assertThat(changed("name: toy\nstream", "name: toy\nseed: 5\nstream"))
                .containsExactly("experiment.seed was 0 and is 5", "seed was 0 and is 5");
        assertThat(changed("id: a", "id: b")).isEmpty();
    }
}
