package org.almaflow.learning.experiment;

import java.util.List;

/**
 * An experiment file: one stream and the learners that see identical chunks of it. Read and
 * validated by {@link ExperimentReader}.
 *
 * @param engine name of the engine, such as {@code dl4j}
 * @param lockstep whether a learner whose policy needs feedback is asked about every arrival by
 *     itself, so that decisions repeat; otherwise once about all that arrived while it trained
 * @param seed default seed of learners, and of the split into training and validation
 */
public record Experiment(
        String name,
        long seed,
        String engine,
        boolean lockstep,
        StreamSpec stream,
        List<LearnerSpec> learners) {
    public Experiment {
        learners = List.copyOf(learners);
    }
}
