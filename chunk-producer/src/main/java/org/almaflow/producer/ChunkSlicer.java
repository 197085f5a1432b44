package org.almaflow.producer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.stream.IntStream;
import org.almaflow.producer.dataset.Dataset;
import org.almaflow.producer.dataset.ExampleTable;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.Role;
import org.almaflow.schemas.SliceCodec;
import org.almaflow.schemas.Target;

/**
 * Cuts chunks into slices whose encoded size stays within a bound. The same plan, data and bound
 * give the same slices but for the time they were made, so publishing one again does no harm.
 *
 * <p>Chunk 0 is the holdout, in file order. A chunk without examples is one slice without examples.
 */
final class ChunkSlicer {

    private static final int LABEL_BYTES = Integer.BYTES;

    private final String stream;
    private final Dataset dataset;
    private final StreamPlan plan;
    private final int exampleBytes;
    private final int labelBytes;
    private final int examplesPerSlice;

    /**
     * @param maxSliceBytes bound of one encoded slice, header and all
     * @throws ProduceException when not even one example fits
     */
    ChunkSlicer(String stream, Dataset dataset, StreamPlan plan, int maxSliceBytes) {
        this.stream = stream;
        this.dataset = dataset;
        this.plan = plan;
        this.exampleBytes = exampleBytes(dataset.spec());
        this.labelBytes = dataset.spec().getTarget() == Target.CLASS_LABEL ? LABEL_BYTES : 0;
        int header = headerBytes();
        this.examplesPerSlice = (maxSliceBytes - header) / (exampleBytes + labelBytes);
        if (examplesPerSlice < 1) {
            throw new ProduceException(
                    String.format(
                            "one example of %s takes %,d bytes with its header, more than the bound"
                                    + " of a slice, %,d; raise --max-slice-bytes",
                            dataset.name(), header + exampleBytes + labelBytes, maxSliceBytes));
        }
    }

    static int exampleBytes(FeatureSpec spec) {
        int elements = spec.getShape().stream().reduce(1, Math::multiplyExact);
        return elements * (spec.getElementType() == ElementType.UINT8 ? 1 : Integer.BYTES);
    }

    /** Upper bound of what a slice takes besides its examples. */
    private int headerBytes() {
        ChunkSlice largest = header(Long.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
        largest.setExamples(Integer.MAX_VALUE);
        largest.setProducedAt(Instant.ofEpochMilli(Long.MAX_VALUE));
        largest.setCrc32c(0xFFFFFFFFL);
        int lengthsOfBytes = 2 * 4;
        return RecordCodec.of(ChunkSlice.class).encode(largest).length + lengthsOfBytes;
    }

    /** Number of slices of a chunk, at least 1. */
    int slices(long chunk) {
        int examples = examples(chunk);
        return Math.max(1, (examples + examplesPerSlice - 1) / examplesPerSlice);
    }

    int examples(long chunk) {
        return chunk == 0 ? dataset.holdout().features().length / exampleBytes : plan.size(chunk);
    }

    /** The slices of a chunk, one at a time. */
    Iterable<ChunkSlice> cut(long chunk, Instant now) {
        int[] rows = chunk == 0 ? IntStream.range(0, examples(0)).toArray() : plan.rows(chunk);
        int slices = slices(chunk);
        return () ->
                IntStream.range(0, slices)
                        .mapToObj(slice -> slice(chunk, rows, slice, slices, now))
                        .iterator();
    }

    private ChunkSlice slice(long chunk, int[] rows, int slice, int slices, Instant now) {
        int from = slice * examplesPerSlice;
        int to = Math.min(rows.length, from + examplesPerSlice);
        ByteBuffer features = ByteBuffer.allocate((to - from) * exampleBytes);
        ByteBuffer labels =
                ByteBuffer.allocate((to - from) * labelBytes).order(ByteOrder.LITTLE_ENDIAN);
        ExampleTable table = chunk == 0 ? dataset.holdout() : dataset.train();
        for (int i = from; i < to; i++) {
            features.put(table.features(), rows[i] * exampleBytes, exampleBytes);
            if (labelBytes > 0) {
                labels.putInt(table.labels()[rows[i]]);
            }
        }
        ChunkSlice whole = header(chunk, slice, slices);
        whole.setExamples(to - from);
        whole.setFeatures(features.flip());
        whole.setLabels(labels.flip());
        whole.setProducedAt(now);
        whole.setCrc32c(SliceCodec.crc(whole));
        return whole;
    }

    private ChunkSlice header(long chunk, int slice, int slices) {
        return ChunkSlice.newBuilder()
                .setStream(stream)
                .setPlan(plan.fingerprint())
                .setRole(chunk == 0 ? Role.HOLDOUT : Role.TRAIN)
                .setChunk(chunk)
                .setChunks(plan.announcedChunks())
                .setSlice(slice)
                .setSlices(slices)
                .setExamples(0)
                .setSpec(dataset.spec())
                .setFeatures(ByteBuffer.allocate(0))
                .setLabels(ByteBuffer.allocate(0))
                .setProducedAt(Instant.EPOCH)
                .setCrc32c(0)
                .build();
    }
}
