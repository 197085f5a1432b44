package org.almaflow.learning.experiment;

import java.util.Optional;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.network.InputSpec;

/** Whether a learner can learn from a stream, as far as its examples' shape decides it. */
public final class LearnerCheck {
    private static final int IMAGE_AXES = 3;

    private LearnerCheck() {}

    /**
     * Checks every learner of an experiment.
     *
     * @throws ExperimentException naming the learner, its keys and what would be right
     */
    public static void requireFit(Experiment experiment, InputSpec input, int classes) {
        experiment.learners().forEach(learner -> requireFit(learner, input, classes));
    }

    /**
     * Checks one learner.
     *
     * @throws ExperimentException as above
     */
    public static void requireFit(LearnerSpec learner, InputSpec input, int classes) {
        try {
            learner.family().start(learner.network(), input, classes).parameters();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ExperimentException(
                    "learner '%s': its network (keys network and family) cannot be built for the stream's examples of shape %s and %d classes: %s"
                            .formatted(learner.id(), input.shape(), classes, e.getMessage()),
                    e);
        }
        if (input.tokens() && learner.family().averaging().equals(Optional.of(Averaging.LOGITS))) {
            throw new ExperimentException(
                    "learner '%s': averaging: logits needs all logits, and of tokens only the targets' probabilities are known; use probabilities"
                            .formatted(learner.id()));
        }
        Augmentation.Kind augment = learner.training().augment();
        if (augment != Augmentation.Kind.NONE && input.shape().size() != IMAGE_AXES) {
            throw new ExperimentException(
                    "learner '%s': training.augment is %s, which changes images; the stream's examples have shape %s, not [channels, height, width]: leave training.augment out"
                            .formatted(learner.id(), augment.label(), input.shape()));
        }
    }
}
