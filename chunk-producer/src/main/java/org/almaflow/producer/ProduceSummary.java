package org.almaflow.producer;

/**
 * What one run of the producer did.
 *
 * @param plan fingerprint of the stream plan
 * @param firstChunk chunk it began with; 0 is the holdout
 * @param chunks chunks published, the holdout among them
 * @param examples examples published
 * @param bytes of encoded slices, before compression
 */
public record ProduceSummary(
        String plan, long firstChunk, long chunks, long examples, long bytes) {}
