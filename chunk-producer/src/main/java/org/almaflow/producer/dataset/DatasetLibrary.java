package org.almaflow.producer.dataset;

import java.nio.file.Path;

/** The known data sets on this machine: in the cache, or brought there when first asked for. */
record DatasetLibrary(DatasetCache cache, KnownSources sources) {

    /**
     * Brings a data set into the cache; does nothing when it is there and right.
     *
     * @param from folder to look in first, or null
     * @return the folder with its files
     */
    Path fetch(KnownDataset dataset, Path from, DatasetProgress progress) {
        return cached(dataset).fetch(sources.of(dataset, from), progress);
    }

    /** Reads a data set, after fetching what is missing or damaged. */
    Dataset load(KnownDataset dataset, DatasetProgress progress) {
        return cached(dataset).load(sources.of(dataset, null), progress);
    }

    private CachedDataset cached(KnownDataset dataset) {
        String name = dataset.label();
        return new CachedDataset(name, dataset.files(), dataset.layout(), cache.folder(name));
    }
}
