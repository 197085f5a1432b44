package org.almaflow.pipeline;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.Role;
import org.almaflow.schemas.SliceCodec;
import org.almaflow.schemas.Target;

/**
 * A small synthetic stream: examples of {@value #ELEMENTS} bytes in {@value #CLASSES} classes, of
 * which the brightest element tells the class. Slice s of chunk t is always the same.
 */
public final class TestingSlices {
    public static final String STREAM = "toy";
    public static final String PLAN = "plan-1";
    public static final int ELEMENTS = 12;
    public static final int CLASSES = 3;

    private final long chunks;
    private final int slices;
    private final int examples;

    /**
     * @param chunks training chunks of the stream, 0 for one without an end
     * @param slices slices a chunk
     * @param examples examples a slice
     */
    public TestingSlices(long chunks, int slices, int examples) {
        this.chunks = chunks;
        this.slices = slices;
        this.examples = examples;
    }

    public static FeatureSpec spec() {
        return FeatureSpec.newBuilder()
                .setElementType(ElementType.UINT8)
                .setShape(List.of(1, 3, 4))
                .setTarget(Target.CLASS_LABEL)
                .setClasses(CLASSES)
                .setMean(List.of(0.5f))
                .setStd(List.of(0.25f))
                .build();
    }

    /** All slices of the holdout and of every chunk, in order. */
    public List<ChunkSlice> all() {
        return upTo(chunks);
    }

    /** As {@link #all()}, up to chunk {@code last}. */
    public List<ChunkSlice> upTo(long last) {
        List<ChunkSlice> all = new ArrayList<>();
        for (long chunk = 0; chunk <= last; chunk++) {
            all.addAll(chunk(chunk));
        }
        return all;
    }

    public List<ChunkSlice> chunk(long chunk) {
        List<ChunkSlice> all = new ArrayList<>();
        for (int slice = 0; slice < slices; slice++) {
            all.add(slice(chunk, slice));
        }
        return all;
    }

    public ChunkSlice slice(long chunk, int slice) {
        ByteBuffer features = ByteBuffer.allocate(examples * ELEMENTS);
        ByteBuffer labels =
                ByteBuffer.allocate(examples * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(chunk * 1000 + slice);
        for (int i = 0; i < examples; i++) {
            int label = random.nextInt(CLASSES);
            for (int e = 0; e < ELEMENTS; e++) {
                int value = random.nextInt(120) + (e % CLASSES == label ? 110 : 0);
                features.put((byte) value);
            }
            labels.putInt(label);
        }
        return sealed(
                ChunkSlice.newBuilder()
                        .setStream(STREAM)
                        .setPlan(PLAN)
                        .setRole(chunk == 0 ? Role.HOLDOUT : Role.TRAIN)
                        .setChunk(chunk)
                        .setChunks(chunks)
                        .setSlice(slice)
                        .setSlices(slices)
                        .setExamples(examples)
                        .setSpec(spec())
                        .setFeatures(features.flip())
                        .setLabels(labels.flip())
                        .setProducedAt(Instant.ofEpochMilli(0))
                        .setCrc32c(0)
                        .build());
    }

    /** {@code slice} with the check sum of its content. */
    public static ChunkSlice sealed(ChunkSlice slice) {
        slice.setCrc32c(SliceCodec.crc(slice));
        return slice;
    }
}
