package org.almaflow.learning.experiment;

/**
 * The stream an experiment reads, and how the producer makes it when it is simulated.
 *
 * @param name name of the stream: the key of its slices
 * @param dataset name of a known data set, or path of the user's own folder or CSV file
 * @param labelColumn name of the label column of a CSV file, else empty
 * @param chunks number B of chunks
 * @param seed seed of the permutation
 * @param loop start again after the last chunk, for ever: the stream has no end
 */
public record StreamSpec(
        String name,
        String dataset,
        String labelColumn,
        int chunks,
        long seed,
        boolean loop,
        Arrival arrival) {}
