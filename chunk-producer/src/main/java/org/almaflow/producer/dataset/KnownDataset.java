package org.almaflow.producer.dataset;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.almaflow.schemas.FeatureSpec;

/** The data sets that are known by name. */
public enum KnownDataset {
    MNIST(
            "mnist",
            "handwritten digits, 60,000 + 10,000 grey images of 28 x 28, 10 classes",
            "CC BY-SA 3.0; LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to"
                    + " document recognition, Proceedings of the IEEE 86 (1998)"),
    FASHION_MNIST(
            "fashion-mnist",
            "articles of clothing, 60,000 + 10,000 grey images of 28 x 28, 10 classes",
            "MIT; Xiao, Rasul, Vollgraf: Fashion-MNIST, arXiv 1708.07747 (2017)"),
    CIFAR_10(
            "cifar-10",
            "small photographs, 50,000 + 10,000 colour images of 32 x 32, 10 classes",
            "no licence stated by its authors; Krizhevsky: Learning multiple layers of features"
                    + " from tiny images (2009)");

    private final String label;
    private final String description;
    private final String origin;

    KnownDataset(String label, String description, String origin) {
        this.label = label;
        this.description = description;
        this.origin = origin;
    }

    /** As experiments and options write it. */
    public String label() {
        return label;
    }

    /** What it holds, in a line. */
    public String description() {
        return description;
    }

    /** Licence and whom to cite, in a line. */
    public String origin() {
        return origin;
    }

    /** What one example of the data set of that name is; empty when no such data set is known. */
    public static Optional<FeatureSpec> spec(String name) {
        return find(name).map(known -> known.layout().spec());
    }

    List<DatasetFile> files() {
        return switch (this) {
            case MNIST -> KnownFiles.MNIST;
            case FASHION_MNIST -> KnownFiles.FASHION_MNIST;
            case CIFAR_10 -> KnownFiles.CIFAR_10;
        };
    }

    DatasetLayout layout() {
        return switch (this) {
            case MNIST -> KnownLayouts.MNIST;
            case FASHION_MNIST -> KnownLayouts.FASHION_MNIST;
            case CIFAR_10 -> KnownLayouts.CIFAR_10;
        };
    }

    /** By its label; case and the signs - and _ do not matter: CIFAR10 is cifar-10. */
    static Optional<KnownDataset> find(String name) {
        String plain = plain(name);
        return Arrays.stream(values()).filter(known -> plain(known.label).equals(plain)).findAny();
    }

    static String plain(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }
}
