package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The known data sets on this machine: in the cache, or brought there when first asked for. */
record DatasetLibrary(DatasetCache cache, KnownSources sources) {

    /**
     * Brings a data set into the cache; does nothing when it is there and right.
     *
     * @param from folder to look in first, or null
     * @return the folder with its files
     */
    Path fetch(KnownDataset dataset, Path from, DatasetProgress progress) {
        List<DatasetSource> places = sources.of(dataset, from);
        Path folder = cache.folder(dataset.label());
        try {
            new DatasetFetcher(dataset.label(), dataset.files(), places, progress).fetch(folder);
            return folder;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException(
                    "data set %s: fetching was interrupted".formatted(dataset.label()), e);
        }
    }

    /** Reads a data set, after fetching what is missing or damaged. */
    Dataset load(KnownDataset dataset, DatasetProgress progress) {
        try {
            return read(dataset);
        } catch (IOException absent) {
            fetch(dataset, null, progress);
        }
        try {
            return read(dataset);
        } catch (IOException e) {
            throw new DatasetException(
                    "data set %s: %s after it was fetched; is the disk full or failing?"
                            .formatted(dataset.label(), Reasons.of(e)),
                    e);
        }
    }

    private Dataset read(KnownDataset dataset) throws IOException {
        Path folder = cache.folder(dataset.label());
        Map<String, byte[]> contents = new HashMap<>();
        for (DatasetFile file : dataset.files()) {
            contents.put(file.name(), file.read(folder));
        }
        return dataset.layout().read(dataset.label(), contents);
    }
}
