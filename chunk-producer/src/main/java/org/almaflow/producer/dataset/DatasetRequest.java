package org.almaflow.producer.dataset;

import java.nio.file.Path;
import java.util.Optional;
import org.almaflow.producer.text.TextSettings;

/**
 * Which data set to load.
 *
 * @param dataset name of a known data set ({@link KnownDataset}), or path of a folder of
 *     class-named sub-folders with images, path of a CSV file, or path of a text file or of a
 *     folder with some
 * @param labelColumn name of the label column of a CSV file; null or empty for everything else
 * @param cache folder that holds one sub-folder a known data set; null for the default ({@link
 *     DatasetCache})
 * @param text how to read it as text; empty for everything that is labelled
 */
public record DatasetRequest(String dataset, String labelColumn, Path cache, Optional<Text> text) {
    /**
     * Text as sequences of tokens.
     *
     * @param chunks of the stream: the vocabulary is that of the first one
     * @param seed of the permutation that deals the text into them
     */
    public record Text(TextSettings settings, int chunks, long seed) {}

    /** Labelled examples. */
    public DatasetRequest(String dataset, String labelColumn, Path cache) {
        this(dataset, labelColumn, cache, Optional.empty());
    }

    /** A known data set or an image folder, with the default cache. */
    public static DatasetRequest of(String dataset) {
        return new DatasetRequest(dataset, null, null);
    }
}
