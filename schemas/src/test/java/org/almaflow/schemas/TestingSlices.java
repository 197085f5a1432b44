package org.almaflow.schemas;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** Slices as a producer makes them. */
final class TestingSlices {

    private TestingSlices() {}

    /** An intact slice of three examples of two elements; others differ in what they hold. */
    static ChunkSlice slice(int number) {
        FeatureSpec spec =
                FeatureSpec.newBuilder()
                        .setElementType(ElementType.UINT8)
                        .setShape(List.of(1, 1, 2))
                        .setTarget(Target.CLASS_LABEL)
                        .setClasses(2)
                        .setClassNames(List.of("cat", "dog"))
                        .setMean(List.of(0.25f))
                        .setStd(List.of(0.5f))
                        .build();
        byte first = (byte) number;
        ChunkSlice slice =
                ChunkSlice.newBuilder()
                        .setStream("pets")
                        .setPlan("0123456789ab")
                        .setRole(Role.TRAIN)
                        .setChunk(7 + number)
                        .setChunks(1_000)
                        .setSlice(1)
                        .setSlices(2)
                        .setExamples(3)
                        .setSpec(spec)
                        .setFeatures(ByteBuffer.wrap(new byte[] {first, 1, 2, 3, 4, 5}))
                        .setLabels(ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}))
                        .setProducedAt(Instant.ofEpochMilli(1_700_000_000_123L))
                        .setCrc32c(0)
                        .build();
        slice.setCrc32c(SliceCodec.crc(slice));
        return slice;
    }
}
