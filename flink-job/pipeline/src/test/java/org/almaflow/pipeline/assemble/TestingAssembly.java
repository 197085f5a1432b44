package org.almaflow.pipeline.assemble;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.pipeline.TestingSlices;
import org.almaflow.pipeline.flow.AssemblyState;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DeadLetterReason;
import org.almaflow.schemas.RecordCodec;

/** An assembler with a clock to turn, and everything it has said. */
final class TestingAssembly implements AssemblyOutput {
    static final Duration TIMEOUT = Duration.ofMinutes(5);

    final TestingSliceStore store = new TestingSliceStore();
    final List<ChunkArrived> arrivals = new ArrayList<>();
    final List<DeadLetter> letters = new ArrayList<>();
    int duplicates;
    int skipped;
    AssemblyState state = ChunkAssembler.begin();

    private final RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);
    private Instant now = Instant.ofEpochSecond(1_000_000);
    private long offset;
    private ChunkAssembler assembler = assembler();

    private ChunkAssembler assembler() {
        Clock clock =
                new Clock() {
                    @Override
                    public Instant instant() {
                        return now;
                    }

                    @Override
                    public ZoneId getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(ZoneId zone) {
                        return this;
                    }
                };
        return new ChunkAssembler(TestingSlices.STREAM, "alma.chunks", TIMEOUT, store, clock, this);
    }

    /** Goes on with the same state after {@code downtime}. */
    void restartAfter(Duration downtime) {
        now = now.plus(downtime);
        assembler = assembler();
    }

    void give(List<ChunkSlice> slices) {
        slices.forEach(this::give);
    }

    void give(ChunkSlice slice) {
        give(slice.getStream(), codec.encode(slice));
    }

    void give(String key, byte[] value) {
        try {
            RawSlice raw = new RawSlice(key, 2, offset++, 0L, ByteBuffer.wrap(value));
            assembler.accept(state, raw);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets time pass, as Flink's timer would tell. */
    void pass(Duration duration) {
        now = now.plus(duration);
        try {
            if (assembler.deadline(state).orElse(Long.MAX_VALUE) <= now.toEpochMilli()) {
                assembler.giveUp(state);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean stalls() {
        return assembler.deadline(state).isPresent();
    }

    long now() {
        return now.toEpochMilli();
    }

    byte[] encoded(ChunkSlice slice) {
        return codec.encode(slice);
    }

    List<Long> chunks() {
        return arrivals.stream().map(ChunkArrived::getChunk).toList();
    }

    List<DeadLetterReason> reasons() {
        return letters.stream().map(DeadLetter::getReason).toList();
    }

    @Override
    public void arrived(ChunkArrived arrival) {
        arrivals.add(arrival);
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        letters.add(letter);
    }

    @Override
    public void duplicate() {
        duplicates++;
    }

    @Override
    public void skipped() {
        skipped++;
    }
}
