package org.almaflow.learning.experiment;

import java.util.List;
import java.util.Optional;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.family.Averaging;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.waiting.Adaptive;
import org.almaflow.learning.waiting.EveryChunks;
import org.almaflow.learning.waiting.WaitingPolicy;
import org.almaflow.learning.waiting.WarmUp;

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
     * What an experiment may do and can hardly mean, as sentences for people; a stream that was
     * shortened to try something must stay possible.
     */
    public static List<String> doubts(Experiment experiment) {
        StreamSpec stream = experiment.stream();
        return experiment.learners().stream()
                .filter(learner -> !stream.loop())
                .flatMap(learner -> doubt(learner, stream.chunks()).stream())
                .toList();
    }

    private static Optional<String> doubt(LearnerSpec learner, long chunks) {
        if (learner.waiting() instanceof EveryChunks every && every.w() > chunks) {
            return Optional.of(
                    "learner '%s' never trains: it waits for %d chunks (wait.chunks), and the stream has %d (stream.chunks)"
                            .formatted(learner.id(), every.w(), chunks));
        }
        WaitingPolicy policy =
                learner.waiting() instanceof WarmUp warm ? warm.then() : learner.waiting();
        return policy instanceof Adaptive adaptive && adaptive.horizon() > 0
                ? Optional.of(
                        "learner '%s' looks ahead to the stream's last chunk, not %d arrivals (wait.adaptive.horizon is for a stream that loops)"
                                .formatted(learner.id(), adaptive.horizon()))
                : Optional.empty();
    }

    /**
     * Checks one learner.
     *
     * @throws ExperimentException as above
     */
    public static void requireFit(LearnerSpec learner, InputSpec input, int classes) {
        NetworkSpec network;
        try {
            network = learner.family().start(learner.network(), input, classes);
            network.parameters();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ExperimentException(
                    "learner '%s': its network (keys network and family) cannot be built for the stream's examples of shape %s and %d classes: %s"
                            .formatted(learner.id(), input.shape(), classes, e.getMessage()),
                    e);
        }
        boolean mixes =
                learner.family() instanceof Family.MixtureOfExperts
                        || learner.family() instanceof Family.GrowingMixture;
        if (mixes && network.mixtures().isEmpty()) {
            throw new ExperimentException(
                    "learner '%s': family %s has mixtures in the place of every block but the first of a VGG, and of every other block of a transformer, and this network has no such block: make network deeper, or use family SM"
                            .formatted(learner.id(), learner.family().label()));
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
