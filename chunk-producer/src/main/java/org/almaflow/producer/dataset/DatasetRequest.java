package org.almaflow.producer.dataset;

import java.nio.file.Path;

/**
 * Which data set to load.
 *
 * @param dataset name of a known data set ({@link KnownDataset}), or path of a folder of
 *     class-named sub-folders with images, or path of a CSV file
 * @param labelColumn name of the label column of a CSV file; null or empty for everything else
 * @param cache folder that holds one sub-folder a known data set; null for the default ({@link
 *     DatasetCache})
 */
public record DatasetRequest(String dataset, String labelColumn, Path cache) {
    /** A known data set or an image folder, with the default cache. */
    public static DatasetRequest of(String dataset) {
        return new DatasetRequest(dataset, null, null);
    }
}
