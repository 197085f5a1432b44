package org.almaflow.pipeline.assemble;

import static org.almaflow.pipeline.assemble.Refusal.unaccounted;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.almaflow.pipeline.flow.AssemblyState;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.IncompleteChunk;
import org.almaflow.pipeline.flow.OpenChunk;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.pipeline.flow.SeenSlice;
import org.almaflow.pipeline.store.SliceStore;
import org.almaflow.pipeline.store.SliceStore.ChunkKey;
import org.almaflow.pipeline.store.SliceStore.StagedSlice;
import org.almaflow.pipeline.store.SliceStore.StoredChunk;
import org.almaflow.pipeline.store.Specs;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.DeadLetterReason;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.almaflow.schemas.SliceCodec;
import org.almaflow.schemas.UnknownSchemaException;

/**
 * Makes chunks of slices. Arrivals come out in order of the chunk index without gaps, beginning
 * with the holdout; whatever cannot be used comes out as a dead letter. The state it works on
 * belongs to the caller and never holds data. Not thread-safe.
 *
 * <p>A slice is <em>accounted for</em> when it was staged, or was refused although its indices can
 * be trusted. A chunk arrives when all its slices are accounted for and its predecessors have
 * arrived. A chunk that stops half-way is given up after {@code timeout} without a new slice, once
 * a later chunk has begun or it is the last one: it then arrives with what it has.
 */
public final class ChunkAssembler {
    private final String stream;
    private final SliceCheck check;
    private final DeadLetters letters;
    private final long timeoutMillis;
    private final SliceStore store;
    private final Clock clock;
    private final AssemblyOutput output;
    private final long startedAt;
    private final RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);

    /**
     * @param topic name of the topic that slices come from, for dead letters
     * @param timeout counts from the making of this assembler at the earliest, so that time in
     *     which the job was down does not
     */
    public ChunkAssembler(
            String stream,
            String topic,
            Duration timeout,
            SliceStore store,
            Clock clock,
            AssemblyOutput output) {
        this.stream = stream;
        this.check = new SliceCheck(stream);
        this.letters = new DeadLetters(stream, topic, clock);
        this.timeoutMillis = timeout.toMillis();
        this.store = store;
        this.clock = clock;
        this.output = output;
        this.startedAt = clock.millis();
    }

    /** State of a stream of which nothing came yet. */
    public static AssemblyState begin() {
        return new AssemblyState(null, 0L, null, 0L, new ArrayList<>(), new ArrayList<>(), 0L);
    }

    /**
     * Takes one record of the topic.
     *
     * @throws IOException when the store fails; the state is then undefined
     */
    public void accept(AssemblyState state, RawSlice raw) throws IOException {
        Optional<ChunkSlice> decoded = decode(raw);
        if (decoded.isEmpty()) {
            return;
        }
        ChunkSlice slice = decoded.get();
        if (foreign(raw, slice)) {
            output.skipped();
            return;
        }
        Optional<Refusal> refusal = check.refusal(slice, state);
        if (refusal.isPresent() && !refusal.get().accounted()) {
            output.deadLetter(letters.of(raw, slice.getChunk(), refusal.get()));
            return;
        }
        adopt(state, slice, refusal.isEmpty());
        if (slice.getChunk() < state.getNext()) {
            acceptLate(state, raw, slice, refusal);
        } else {
            acceptOpen(state, raw, slice, refusal);
            arriveInOrder(state);
        }
    }

    /** A slice without key is only believed to be of another stream when it is intact. */
    private boolean foreign(RawSlice raw, ChunkSlice slice) {
        boolean ours = stream.equals(raw.getKey()) || stream.equals(slice.getStream());
        return !ours && (raw.getKey() != null || SliceCodec.intact(slice));
    }

    /** When {@link #giveUp} should be called, epoch milliseconds; empty while nothing stalls. */
    public OptionalLong deadline(AssemblyState state) {
        if (state.getOpen().isEmpty() || state.getSpec() == null) {
            return OptionalLong.empty();
        }
        OpenChunk head = state.getOpen().get(0);
        boolean last = state.getChunks() > 0 && head.getChunk() == state.getChunks();
        boolean overdue = state.getOpen().size() > 1 || (last && !head.getSeen().isEmpty());
        return overdue
                ? OptionalLong.of(Math.max(startedAt, head.getProgressAt()) + timeoutMillis)
                : OptionalLong.empty();
    }

    /** Gives up the chunks whose deadline has passed. */
    public void giveUp(AssemblyState state) throws IOException {
        long now = clock.millis();
        for (OptionalLong due = deadline(state);
                due.isPresent() && due.getAsLong() <= now;
                due = deadline(state)) {
            OpenChunk head = state.getOpen().get(0);
            output.deadLetter(letters.incomplete(head, OpenChunks.missing(head)));
            arrive(state, head, now);
            arriveInOrder(state);
        }
    }

    private Optional<ChunkSlice> decode(RawSlice raw) {
        ByteBuffer value = raw.getValue().duplicate();
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        try {
            return Optional.of(codec.decode(bytes));
        } catch (UnknownSchemaException e) {
            output.deadLetter(
                    letters.of(
                            raw, -1, unaccounted(DeadLetterReason.UNKNOWN_SCHEMA, e.getMessage())));
        } catch (RecordFormatException e) {
            output.deadLetter(
                    letters.of(raw, -1, unaccounted(DeadLetterReason.UNDECODABLE, e.getMessage())));
        }
        return Optional.empty();
    }

    private static void adopt(AssemblyState state, ChunkSlice slice, boolean usable) {
        if (state.getPlan() == null) {
            state.setPlan(slice.getPlan());
            state.setChunks(slice.getChunks());
        }
        if (state.getSpec() == null && usable) {
            state.setSpec(Specs.encode(slice.getSpec()));
        }
    }

    private void acceptLate(
            AssemblyState state, RawSlice raw, ChunkSlice slice, Optional<Refusal> refusal) {
        if (refusal.isPresent()) {
            output.deadLetter(letters.of(raw, slice.getChunk(), refusal.get()));
            return;
        }
        boolean missed =
                state.getIncomplete().stream()
                        .filter(c -> c.getChunk() == slice.getChunk())
                        .anyMatch(
                                c ->
                                        c.getSlices() == 0
                                                || c.getMissing().contains(slice.getSlice()));
        if (missed) {
            Refusal late =
                    unaccounted(
                            DeadLetterReason.LATE_SLICE,
                            "chunk %d arrived without slice %d, which came too late"
                                    .formatted(slice.getChunk(), slice.getSlice()));
            output.deadLetter(letters.of(raw, slice.getChunk(), late));
        } else {
            output.duplicate();
        }
    }

    private void acceptOpen(
            AssemblyState state, RawSlice raw, ChunkSlice slice, Optional<Refusal> refusal)
            throws IOException {
        OpenChunk open = OpenChunks.open(state, slice.getChunk(), clock.millis());
        if (open.getSlices() != 0 && open.getSlices() != slice.getSlices()) {
            Refusal other =
                    unaccounted(
                            DeadLetterReason.INVALID_SLICE,
                            "slice says that chunk %d has %d slices, its first one said %d"
                                    .formatted(
                                            slice.getChunk(), slice.getSlices(), open.getSlices()));
            output.deadLetter(letters.of(raw, slice.getChunk(), other));
            return;
        }
        SeenSlice before = OpenChunks.seen(open, slice.getSlice()).orElse(null);
        if (refusal.isPresent()) {
            refuse(open, before, raw, slice, refusal.get());
        } else if (before == null || before.getRefused()) {
            store.stage(slice);
            OpenChunks.put(open, slice, false, raw, clock.millis());
        } else if (before.getCrc32c() == slice.getCrc32c()) {
            output.duplicate();
        } else {
            Refusal conflict =
                    unaccounted(
                            DeadLetterReason.CONFLICTING_SLICE,
                            "slice %d of chunk %d came before with other content"
                                    .formatted(slice.getSlice(), slice.getChunk()));
            output.deadLetter(letters.of(raw, slice.getChunk(), conflict));
        }
    }

    private void refuse(
            OpenChunk open, SeenSlice before, RawSlice raw, ChunkSlice slice, Refusal refusal) {
        if (before != null && before.getRefused() && before.getCrc32c() == slice.getCrc32c()) {
            output.duplicate();
            return;
        }
        output.deadLetter(letters.of(raw, slice.getChunk(), refusal));
        if (before == null) {
            OpenChunks.put(open, slice, true, raw, clock.millis());
        }
    }

    private void arriveInOrder(AssemblyState state) throws IOException {
        while (!state.getOpen().isEmpty()
                && state.getSpec() != null
                && OpenChunks.complete(state.getOpen().get(0))) {
            OpenChunk head = state.getOpen().get(0);
            arrive(state, head, head.getProgressAt());
        }
    }

    private void arrive(AssemblyState state, OpenChunk head, long at) throws IOException {
        List<StagedSlice> staged =
                head.getSeen().stream()
                        .filter(s -> !s.getRefused())
                        .map(s -> new StagedSlice(s.getSlice(), s.getExamples(), s.getCrc32c()))
                        .toList();
        ChunkKey key = new ChunkKey(state.getPlan(), head.getChunk());
        StoredChunk stored = store.compose(key, Specs.decode(state.getSpec()), staged);
        List<Integer> missing = OpenChunks.missing(head);
        if (head.getSlices() == 0 || !missing.isEmpty()) {
            state.getIncomplete()
                    .add(new IncompleteChunk(head.getChunk(), head.getSlices(), missing));
        }
        state.getOpen().remove(0);
        state.setNext(head.getChunk() + 1);
        output.arrived(
                ChunkArrived.newBuilder()
                        .setStream(stream)
                        .setChunk(head.getChunk())
                        .setChunks(state.getChunks())
                        .setExamples(stored.examples())
                        .setPath(stored.path())
                        .setSha256(stored.sha256())
                        .setSpec(state.getSpec())
                        .setPartition(head.getPartition())
                        .setFirstOffset(head.getFirstOffset())
                        .setLastOffset(head.getLastOffset())
                        .setMissingSlices(head.getSlices() == 0 ? 1 : missing.size())
                        .setArrivedAt(at)
                        .setProducedAt(head.getProducedAt() == 0 ? at : head.getProducedAt())
                        .build());
    }
}
