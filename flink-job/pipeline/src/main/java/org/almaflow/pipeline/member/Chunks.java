package org.almaflow.pipeline.member;

import org.almaflow.learning.member.ChunkRef;
import org.almaflow.pipeline.flow.ChunkArrived;

/** Arrivals as learning knows them. */
final class Chunks {
    private Chunks() {}

    static ChunkRef ref(ChunkArrived c) {
        return new ChunkRef(c.getChunk(), c.getPath(), c.getSha256(), c.getExamples());
    }
}
