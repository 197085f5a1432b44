package org.almaflow.learning.experiment;

import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.family.Family;
import org.almaflow.learning.network.NetworkTemplate;

/**
 * What a learner trains with where its experiment says nothing: the settings of the reference
 * implementation for its family, network and data set (SEMANTICS).
 */
record TrainingDefaults(
        int patience, double delta, Augmentation.Kind augment, OptimizerSpec optimizer) {
    private static final String CIFAR = "cifar10";

    static TrainingDefaults of(Family family, NetworkTemplate network, StreamSpec stream) {
        boolean many = family instanceof Family.Ensemble || family instanceof Family.UniformMixture;
        boolean convolutional = network instanceof NetworkTemplate.Vgg;
        return new TrainingDefaults(
                many ? 100 : 25,
                family instanceof Family.UniformMixture ? 0 : 0.001,
                convolutional && stream.dataset().equals(CIFAR)
                        ? Augmentation.Kind.PAD_CROP_FLIP
                        : Augmentation.Kind.NONE,
                convolutional
                        ? new OptimizerSpec.Sgd(0.01, 0.9, nesterov(family), 1e-4)
                        : new OptimizerSpec.Adadelta(1.0, 0.9, 1e-6, 0));
    }

    private static boolean nesterov(Family family) {
        return family instanceof Family.MixtureOfExperts
                || family instanceof Family.GrowingMixture
                || family instanceof Family.FireFly;
    }
}
