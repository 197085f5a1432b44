package org.almaflow.learning.member;

/**
 * Reference to an immutable chunk file.
 *
 * @param chunk chunk index; 0 for the holdout
 * @param path where the ChunkStore keeps it
 */
public record ChunkRef(long chunk, String path, String sha256, long examples) {}
