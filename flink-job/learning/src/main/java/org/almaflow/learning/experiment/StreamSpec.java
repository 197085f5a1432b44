package org.almaflow.learning.experiment;

import java.util.Optional;

/**
 * The stream an experiment reads, and how the producer makes it when it is simulated.
 *
 * @param name name of the stream: the key of its slices
 * @param dataset name of a known data set, or path of the user's own folder, CSV file or text
 * @param labelColumn name of the label column of a CSV file, else empty
 * @param chunks number B of chunks
 * @param seed seed of the permutation
 * @param loop start again after the last chunk, for ever: the stream has no end
 * @param text how the data set is read as text; empty for a labelled one
 */
public record StreamSpec(
        String name,
        String dataset,
        String labelColumn,
        int chunks,
        long seed,
        boolean loop,
        Arrival arrival,
        Optional<TextSpec> text) {
    /** Of labelled examples. */
    public StreamSpec(
            String name,
            String dataset,
            String labelColumn,
            int chunks,
            long seed,
            boolean loop,
            Arrival arrival) {
        this(name, dataset, labelColumn, chunks, seed, loop, arrival, Optional.empty());
    }
}
