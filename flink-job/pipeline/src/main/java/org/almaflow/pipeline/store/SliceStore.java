package org.almaflow.pipeline.store;

import java.io.IOException;
import java.util.List;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.FeatureSpec;

/**
 * Keeps slices until their chunk is complete, and composes them into its immutable file. Everything
 * has a deterministic name, so doing anything again changes nothing.
 */
public interface SliceStore {
    /** A slice that is staged. */
    record StagedSlice(int slice, int examples, long crc32c) {}

    /** A chunk and the plan it belongs to. */
    record ChunkKey(String plan, long chunk) {}

    /** A stored chunk file; {@code path} is its URI. */
    record StoredChunk(String path, String sha256, long examples) {}

    /** Keeps an intact slice. */
    void stage(ChunkSlice slice) throws IOException;

    /** Writes the chunk file of the staged {@code slices}, in their order. */
    StoredChunk compose(ChunkKey key, FeatureSpec spec, List<StagedSlice> slices)
            throws IOException;
}
