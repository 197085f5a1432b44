package org.almaflow.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Any text is an experiment or is refused with an {@link ExperimentException} that names it. */
class ExperimentFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void anExperimentFile(byte[] utf8) {
        String yaml = new String(utf8, StandardCharsets.UTF_8);
        try {
            Experiment experiment = ExperimentReader.read(yaml, "file");
            assertThat(experiment.learners()).isNotEmpty();
        } catch (ExperimentException e) {
            assertThat(e).hasMessageStartingWith("file: ");
        }
        try {
            ExperimentReader.with(yaml, "file", Map.of("stream.chunks", 3));
        } catch (ExperimentException e) {
            assertThat(e).hasMessageStartingWith("file: ");
        }
    }
}
