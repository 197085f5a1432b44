package org.almaflow.pipeline.assemble;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.almaflow.fuzz.Seeds;
import org.almaflow.pipeline.flow.AssemblyState;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.pipeline.store.SliceStore;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.almaflow.schemas.SliceCodec;

/**
 * Any record of the chunks topic is staged, ignored or made a dead letter; nothing is thrown. What
 * can be decoded is also tried with a check sum that fits, as a faulty producer would send it.
 */
class SliceFuzzTest {
    private static final RecordCodec<ChunkSlice> CODEC = RecordCodec.of(ChunkSlice.class);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @FuzzTest(maxDuration = "20s")
    void aRecordOfTheTopic(byte[] record) throws IOException {
        Counting counting = new Counting();
        AssemblyState state = ChunkAssembler.begin();
        ChunkAssembler assembler = assembler(0, counting);
        assembler.accept(state, raw(0, record));
        assembler.accept(state, raw(1, CODEC.encode(Seeds.slice(1))));
        try {
            ChunkSlice slice = CODEC.decode(record);
            slice.setCrc32c(SliceCodec.crc(slice));
            assembler.accept(state, raw(2, CODEC.encode(slice)));
        } catch (RecordFormatException e) {
            assertThat(counting.letters).isPositive();
        }
        assembler.accept(state, raw(3, CODEC.encode(Seeds.slice(0))));
        assembler(PATIENCE.toMillis() * 10, counting).giveUp(state);
        assertThat(state.getOpen().size()).isLessThanOrEqualTo((int) SliceCheck.MAX_AHEAD + 1);
    }

    private static RawSlice raw(long offset, byte[] value) {
        return new RawSlice(Seeds.STREAM, 0, offset, 0L, ByteBuffer.wrap(value));
    }

    private static ChunkAssembler assembler(long now, Counting counting) {
        Clock clock = Clock.fixed(Instant.ofEpochMilli(now), ZoneOffset.UTC);
        return new ChunkAssembler(Seeds.STREAM, "chunks", PATIENCE, counting, clock, counting);
    }

    /** Counts what comes out and keeps nothing. */
    private static final class Counting implements SliceStore, AssemblyOutput {
        private int letters;

        @Override
        public void stage(ChunkSlice slice) {
            assertThat(SliceCodec.intact(slice)).isTrue();
        }

        @Override
        public StoredChunk compose(ChunkKey key, FeatureSpec spec, List<StagedSlice> slices) {
            return new StoredChunk("path", "hash", slices.size());
        }

        @Override
        public void arrived(ChunkArrived arrival) {}

        @Override
        public void deadLetter(DeadLetter letter) {
            letters++;
        }

        @Override
        public void duplicate() {}

        @Override
        public void skipped() {}
    }
}
