package org.almaflow.pipeline.assemble;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.almaflow.pipeline.store.SliceStore;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.FeatureSpec;

/** Keeps in memory what is staged and remembers what was composed. */
final class TestingSliceStore implements SliceStore {
    final Map<Long, List<StagedSlice>> composed = new HashMap<>();
    private final Set<String> staged = new HashSet<>();
    private FeatureSpec lastSpec;

    @Override
    public void stage(ChunkSlice slice) {
        staged.add(name(slice.getPlan(), slice.getChunk(), slice.getSlice(), slice.getCrc32c()));
    }

    @Override
    public StoredChunk compose(ChunkKey key, FeatureSpec spec, List<StagedSlice> slices) {
        for (StagedSlice slice : slices) {
            if (!staged.contains(name(key.plan(), key.chunk(), slice.slice(), slice.crc32c()))) {
                throw new AssertionError(slice + " of " + key + " was never staged");
            }
        }
        lastSpec = spec;
        composed.put(key.chunk(), slices);
        long examples = slices.stream().mapToLong(StagedSlice::examples).sum();
        return new StoredChunk("chunk-" + key.chunk(), "sha-" + key.chunk(), examples);
    }

    FeatureSpec lastSpec() {
        return lastSpec;
    }

    private static String name(String plan, long chunk, int slice, long crc) {
        return plan + "/" + chunk + "/" + slice + "/" + crc;
    }
}
