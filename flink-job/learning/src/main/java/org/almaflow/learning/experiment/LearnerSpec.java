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
 * @param memory bytes that the training and validation set of a member may take on the device at a
 *     time
 */
public record LearnerSpec(
        String id,
        Family family,
        NetworkTemplate network,
        WaitingPolicy waiting,
        double replay,
        TrainingSpec training,
        long seed,
        long memory) {
    /** No bound. */
    public static final long UNBOUNDED = Long.MAX_VALUE;

    /** With all the memory that its sets need. */
    public LearnerSpec(
            String id,
            Family family,
            NetworkTemplate network,
            WaitingPolicy waiting,
            double replay,
            TrainingSpec training,
            long seed) {
        this(id, family, network, waiting, replay, training, seed, UNBOUNDED);
    }
}
