package org.almaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SliceCodecTest {

    private final ChunkSlice slice = TestingSlices.slice(0);

    /** Computed by hand-written Python from the description in {@link SliceCodec}. */
    @Test
    void hasThePublishedValue() {
        assertThat(SliceCodec.crc(slice)).isEqualTo(0x8FB4578EL);
    }

    @Test
    void leavesTheBuffersAsTheyAre() throws Exception {
        RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);

        assertThat(SliceCodec.intact(slice)).isTrue();
        assertThat(slice.getFeatures().remaining()).isEqualTo(6);
        assertThat(SliceCodec.intact(codec.decode(codec.encode(slice)))).isTrue();
    }

    @Test
    void noticesAChangeOfEveryCoveredField() {
        Map<String, Consumer<ChunkSlice>> changes =
                Map.of(
                        "stream", s -> s.setStream("pet"),
                        "plan", s -> s.setPlan("s0123456789ab"),
                        "role", s -> s.setRole(Role.HOLDOUT),
                        "chunk", s -> s.setChunk(8),
                        "chunks", s -> s.setChunks(0),
                        "slice", s -> s.setSlice(0),
                        "slices", s -> s.setSlices(3),
                        "examples", s -> s.setExamples(2),
                        "features", s -> s.getFeatures().put(5, (byte) 6),
                        "labels", s -> s.setLabels(ByteBuffer.allocate(12)));

        changes.forEach(
                (field, change) -> {
                    ChunkSlice changed = TestingSlices.slice(0);
                    change.accept(changed);
                    assertThat(SliceCodec.intact(changed)).as(field).isFalse();
                });
    }

    @Test
    void doesNotDependOnWhenTheSliceWasMade() {
        ChunkSlice again = TestingSlices.slice(0);
        again.setProducedAt(Instant.EPOCH);

        assertThat(SliceCodec.intact(again)).isTrue();
    }
}
