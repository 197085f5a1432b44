package org.almaflow.pipeline;

import java.io.Serializable;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.ExperimentReader;
import org.almaflow.learning.experiment.LearnerSpec;

/**
 * One learner of an experiment as it travels to the operators that serve it; they read the
 * experiment again where they run.
 */
public record LearnerHandle(JobOptions options, String learner) implements Serializable {
    /** The experiment. */
    public Experiment experiment() {
        return ExperimentReader.read(options.experiment(), "experiment");
    }

    /** The learner. */
    public LearnerSpec spec() {
        return experiment().learners().stream()
                .filter(l -> l.id().equals(learner))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "the experiment has no learner '%s'".formatted(learner)));
    }
}
