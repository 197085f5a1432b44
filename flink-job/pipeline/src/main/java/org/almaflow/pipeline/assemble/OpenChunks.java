package org.almaflow.pipeline.assemble;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.almaflow.pipeline.flow.AssemblyState;
import org.almaflow.pipeline.flow.OpenChunk;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.pipeline.flow.SeenSlice;
import org.almaflow.schemas.ChunkSlice;

/** Book-keeping of chunks that have not arrived. */
final class OpenChunks {
    private OpenChunks() {}

    /** The open chunk of that index, begun now with all before it when there is none yet. */
    static OpenChunk open(AssemblyState state, long chunk, long now) {
        List<OpenChunk> open = state.getOpen();
        for (long index = state.getNext() + open.size(); index <= chunk; index++) {
            open.add(new OpenChunk(index, 0, new ArrayList<>(), -1, -1L, -1L, now, 0L));
        }
        return open.get(Math.toIntExact(chunk - state.getNext()));
    }

    static Optional<SeenSlice> seen(OpenChunk open, int slice) {
        return open.getSeen().stream().filter(s -> s.getSlice() == slice).findFirst();
    }

    /** Accounts for a slice, in place of what was known of it. */
    static void put(OpenChunk open, ChunkSlice slice, boolean refused, RawSlice raw, long now) {
        List<SeenSlice> seen = open.getSeen();
        int at = 0;
        while (at < seen.size() && seen.get(at).getSlice() < slice.getSlice()) {
            at++;
        }
        if (at < seen.size() && seen.get(at).getSlice() == slice.getSlice()) {
            seen.remove(at);
        }
        int examples = refused ? 0 : slice.getExamples();
        seen.add(at, new SeenSlice(slice.getSlice(), examples, slice.getCrc32c(), refused));
        open.setSlices(slice.getSlices());
        open.setPartition(raw.getPartition());
        open.setFirstOffset(
                open.getFirstOffset() < 0
                        ? raw.getOffset()
                        : Math.min(open.getFirstOffset(), raw.getOffset()));
        open.setLastOffset(Math.max(open.getLastOffset(), raw.getOffset()));
        open.setProgressAt(now);
        if (!refused) {
            long produced = slice.getProducedAt().toEpochMilli();
            open.setProducedAt(Math.max(open.getProducedAt(), produced));
        }
    }

    static boolean complete(OpenChunk open) {
        return open.getSlices() > 0 && open.getSeen().size() == open.getSlices();
    }

    /** Indices of the slices that did not come or were refused. */
    static List<Integer> missing(OpenChunk open) {
        List<Integer> usable =
                open.getSeen().stream()
                        .filter(s -> !s.getRefused())
                        .map(SeenSlice::getSlice)
                        .toList();
        return IntStream.range(0, open.getSlices())
                .filter(slice -> !usable.contains(slice))
                .boxed()
                .toList();
    }
}
