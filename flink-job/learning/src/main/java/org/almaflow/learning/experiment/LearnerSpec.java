package org.almaflow.learning.experiment;

import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.NetworkTemplate;
import org.almaflow.learning.waiting.WaitingPolicy;

/**
 * One learner of an experiment.
 *
 * @param id unique in the experiment; key of its events
 * @param replay share of what was trained on before that is trained on again, 0 to 1
 * @param seed what its initial weights and shuffles are derived from
 */
public record LearnerSpec(
        String id,
        Family family,
        NetworkTemplate network,
        WaitingPolicy waiting,
        double replay,
        TrainingSpec training,
        long seed) {}
