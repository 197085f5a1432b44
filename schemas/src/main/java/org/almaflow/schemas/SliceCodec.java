package org.almaflow.schemas;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The check sum that lets a slice be checked by itself.
 *
 * <p>CRC-32C over, in this order: stream, plan, role's symbol (each UTF-8, preceded by its length),
 * chunk, chunks (int64), slice, slices, examples (int32), features, labels (each preceded by its
 * length); lengths are int32, all little-endian. Not covered: {@code producedAt}, so that
 * publishing a slice again gives the same check sum, and {@code spec}, which is compared as a
 * value.
 */
public final class SliceCodec {

    private SliceCodec() {}

    /** In [0, 2^32). Does not look at {@code crc32c} and does not move the buffers' positions. */
    public static long crc(ChunkSlice slice) {
        CRC32C crc = new CRC32C();
        updateText(crc, slice.getStream());
        updateText(crc, slice.getPlan());
        updateText(crc, slice.getRole().name());
        ByteBuffer numbers = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
        numbers.putLong(slice.getChunk()).putLong(slice.getChunks());
        numbers.putInt(slice.getSlice()).putInt(slice.getSlices()).putInt(slice.getExamples());
        crc.update(numbers.array());
        updateBytes(crc, slice.getFeatures());
        updateBytes(crc, slice.getLabels());
        return crc.getValue();
    }

    /** Whether the slice carries the check sum of its content. */
    public static boolean intact(ChunkSlice slice) {
        return slice.getCrc32c() == crc(slice);
    }

    private static void updateText(CRC32C crc, String text) {
        updateBytes(crc, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void updateBytes(CRC32C crc, ByteBuffer bytes) {
        ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        crc.update(length.putInt(bytes.remaining()).array());
        crc.update(bytes.duplicate());
    }
}
