package org.almaflow.producer;

import java.util.BitSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.Role;
import org.almaflow.schemas.SliceCodec;

/**
 * What a topic holds of one stream, learnt slice by slice in the order of the topic.
 *
 * <p>The plan of the stream is that of its first intact slice; slices of another plan, damaged ones
 * and ones that contradict those before do not count. Duplicates do no harm.
 */
final class StreamContent {

    /** Slices seen of a chunk that is not complete. */
    private record Begun(int slices, BitSet seen) {}

    private final String stream;
    private final TreeMap<Long, Begun> begun = new TreeMap<>();
    private final TreeSet<Long> complete = new TreeSet<>();
    private String plan;

    StreamContent(String stream) {
        this.stream = stream;
    }

    void add(ChunkSlice slice) {
        if (!belongs(slice) || complete.contains(slice.getChunk())) {
            return;
        }
        Begun chunk =
                begun.computeIfAbsent(
                        slice.getChunk(), index -> new Begun(slice.getSlices(), new BitSet()));
        if (chunk.slices() != slice.getSlices()) {
            return;
        }
        chunk.seen().set(slice.getSlice());
        if (chunk.seen().cardinality() == chunk.slices()) {
            begun.remove(slice.getChunk());
            complete.add(slice.getChunk());
        }
    }

    private boolean belongs(ChunkSlice slice) {
        if (!slice.getStream().equals(stream) || !wellFormed(slice) || !SliceCodec.intact(slice)) {
            return false;
        }
        plan = plan == null ? slice.getPlan() : plan;
        return plan.equals(slice.getPlan());
    }

    private static boolean wellFormed(ChunkSlice slice) {
        boolean holdout = slice.getRole() == Role.HOLDOUT;
        return slice.getChunk() >= 0
                && holdout == (slice.getChunk() == 0)
                && slice.getSlice() >= 0
                && slice.getSlice() < slice.getSlices();
    }

    /** Fingerprint of the plan of the stream's slices; empty when there are none. */
    Optional<String> plan() {
        return Optional.ofNullable(plan);
    }

    /**
     * The first chunk from {@code from} on that is not completely there; 0 is the holdout.
     *
     * @param from 0, or the oldest chunk that the topic is to hold
     */
    long firstIncomplete(long from) {
        long next = from;
        while (complete.contains(next)) {
            next++;
        }
        return next;
    }

    /** Index of the oldest training chunk of which there is any slice; empty when there is none. */
    Optional<Long> oldest() {
        Long whole = complete.ceiling(1L);
        Long part = begun.ceilingKey(1L);
        if (whole == null || part == null) {
            return Optional.ofNullable(whole == null ? part : whole);
        }
        return Optional.of(Math.min(whole, part));
    }

    boolean isComplete(long chunk) {
        return complete.contains(chunk);
    }

    /** Number of slices that the chunk was begun with; empty when none of it is there, or all. */
    Optional<Integer> begunWith(long chunk) {
        return Optional.ofNullable(begun.get(chunk)).map(Begun::slices);
    }
}
