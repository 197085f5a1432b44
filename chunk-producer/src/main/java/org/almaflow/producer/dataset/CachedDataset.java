package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A data set whose files are kept in a folder.
 *
 * @param folder belongs to this data set; created when something is fetched
 */
record CachedDataset(String name, List<DatasetFile> files, DatasetLayout layout, Path folder) {

    /**
     * Brings what is missing or damaged into the folder.
     *
     * @return the folder
     */
    Path fetch(List<DatasetSource> sources, DatasetProgress progress) {
        try {
            new DatasetFetcher(name, files, sources, progress).fetch(folder);
            return folder;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatasetException(
                    "data set %s: fetching was interrupted; start again".formatted(name), e);
        }
    }

    /** Reads and checks the files, after fetching what is missing or damaged. */
    Dataset load(List<DatasetSource> sources, DatasetProgress progress) {
        try {
            return read();
        } catch (IOException absent) {
            fetch(sources, progress);
        }
        try {
            return read();
        } catch (IOException e) {
            throw new DatasetException(
                    "data set %s: %s, just after it was fetched; check the disk under %s"
                            .formatted(name, Reasons.of(e), folder),
                    e);
        }
    }

    private Dataset read() throws IOException {
        Map<String, byte[]> contents = new HashMap<>();
        for (DatasetFile file : files) {
            contents.put(file.name(), file.read(folder));
        }
        return layout.read(name, contents);
    }
}
