package org.almaflow.pipeline.assemble;

import java.util.List;
import java.util.Optional;
import org.almaflow.pipeline.flow.AssemblyState;
import org.almaflow.pipeline.flow.IncompleteChunk;
import org.almaflow.schemas.ChunkSlice;

/**
 * Which chunks arrived without some of their slices, so that a slice that comes too late is told
 * from one that comes twice. Bounded: of an endless stream only the newest are remembered.
 */
final class IncompleteChunks {
    /** Chunks and missing slices that are remembered together; a few bytes each. */
    static final int REMEMBERED = 10_000;

    private static final int FORGOTTEN = -1;

    private IncompleteChunks() {}

    /** Adds a chunk and forgets the oldest when there are too many. */
    static void remember(AssemblyState state, IncompleteChunk chunk) {
        List<IncompleteChunk> known = state.getIncomplete();
        known.add(chunk);
        int weight = known.stream().mapToInt(IncompleteChunks::weight).sum();
        long forgotten = -1;
        while (weight > REMEMBERED && known.size() > 1) {
            IncompleteChunk oldest = known.remove(0);
            weight -= weight(oldest);
            forgotten = oldest.getChunk();
        }
        if (forgotten >= 0) {
            known.add(0, new IncompleteChunk(forgotten, FORGOTTEN, List.of()));
        }
    }

    private static int weight(IncompleteChunk chunk) {
        return 1 + chunk.getMissing().size();
    }

    /** Why a slice of a chunk that has arrived was not in it; empty when it was. */
    static Optional<String> missed(AssemblyState state, ChunkSlice slice) {
        for (IncompleteChunk chunk : state.getIncomplete()) {
            if (chunk.getSlices() == FORGOTTEN && slice.getChunk() <= chunk.getChunk()) {
                return Optional.of(
                        "chunk %d arrived so long ago that nobody knows whether slice %d was in it"
                                .formatted(slice.getChunk(), slice.getSlice()));
            }
            boolean missing =
                    chunk.getSlices() == 0 || chunk.getMissing().contains(slice.getSlice());
            if (chunk.getChunk() == slice.getChunk() && missing) {
                return Optional.of(
                        "chunk %d arrived without slice %d, which came too late"
                                .formatted(slice.getChunk(), slice.getSlice()));
            }
        }
        return Optional.empty();
    }
}
