package org.almaflow.producer.dataset;

import java.util.List;

/** How the files of the known data sets are read, with the constants of their training sets. */
final class KnownLayouts {
    static final DatasetLayout MNIST =
            new IdxLayout(
                    FeatureSpecs.images(
                            List.of(1, 28, 28),
                            List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
                            List.of(0.1307f),
                            List.of(0.3081f)));

    /** Mean and standard deviation measured over the 60,000 training images: 0.28604, 0.35302. */
    static final DatasetLayout FASHION_MNIST =
            new IdxLayout(
                    FeatureSpecs.images(
                            List.of(1, 28, 28),
                            List.of(
                                    "T-shirt/top",
                                    "Trouser",
                                    "Pullover",
                                    "Dress",
                                    "Coat",
                                    "Sandal",
                                    "Shirt",
                                    "Sneaker",
                                    "Bag",
                                    "Ankle boot"),
                            List.of(0.2860f),
                            List.of(0.3530f)));

    static final DatasetLayout CIFAR_10 =
            new CifarLayout(
                    FeatureSpecs.images(
                            List.of(3, 32, 32),
                            List.of(
                                    "airplane",
                                    "automobile",
                                    "bird",
                                    "cat",
                                    "deer",
                                    "dog",
                                    "frog",
                                    "horse",
                                    "ship",
                                    "truck"),
                            List.of(0.4914f, 0.4822f, 0.4465f),
                            List.of(0.2470f, 0.2435f, 0.2616f)));

    private KnownLayouts() {}
}
