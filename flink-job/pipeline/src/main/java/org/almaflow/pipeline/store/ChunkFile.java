package org.almaflow.pipeline.store;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.schemas.FeatureSpec;

/**
 * Format of a chunk file: {@code ALMACHNK}, int version, int length of the spec, the FeatureSpec in
 * Avro single-object encoding, long number of examples (these big-endian), then all features and
 * then all labels as slices carry them (little-endian).
 */
final class ChunkFile {
    private static final byte[] MAGIC = "ALMACHNK".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;

    private ChunkFile() {}

    static void writeHeader(OutputStream out, FeatureSpec spec, long examples) throws IOException {
        ByteBuffer encoded = Specs.encode(spec);
        DataOutputStream data = new DataOutputStream(out);
        data.write(MAGIC);
        data.writeInt(VERSION);
        data.writeInt(encoded.remaining());
        data.write(
                encoded.array(), encoded.arrayOffset() + encoded.position(), encoded.remaining());
        data.writeLong(examples);
        data.flush();
    }

    /**
     * Examples [from, to) of the chunk file that {@code in} begins with; it holds little more than
     * those. Closing the stream is the caller's duty.
     */
    static Examples read(InputStream in, ChunkRef ref, int from, int to) throws IOException {
        DataInputStream data = new DataInputStream(in);
        try {
            FeatureSpec spec = readSpec(data, ref.path());
            long count = data.readLong();
            if (count != ref.examples()) {
                throw new IOException(
                        "chunk file %s holds %d examples and should hold %d"
                                .formatted(ref.path(), count, ref.examples()));
            }
            long bytes = Specs.exampleBytes(spec);
            data.skipNBytes(Math.multiplyExact(from, bytes));
            byte[] features = bytes(data, Math.multiplyExact(to - from, bytes));
            data.skipNBytes(Math.multiplyExact(count - to, bytes));
            return new Examples(
                    Specs.input(spec),
                    spec.getClasses(),
                    ByteBuffer.wrap(features),
                    labels(data, spec, from, to));
        } catch (EOFException | RuntimeException e) {
            throw new IOException("chunk file %s is cut short or damaged".formatted(ref.path()), e);
        }
    }

    private static FeatureSpec readSpec(DataInputStream data, String path) throws IOException {
        byte[] magic = new byte[MAGIC.length];
        data.readFully(magic);
        int version = Arrays.equals(magic, MAGIC) ? data.readInt() : -1;
        if (version != VERSION) {
            throw new IOException(
                    "%s is not a chunk file of version %d (found %d); was another program writing there?"
                            .formatted(path, VERSION, version));
        }
        byte[] encoded = bytes(data, data.readInt());
        return Specs.decode(ByteBuffer.wrap(encoded));
    }

    /** The next bytes; what a damaged file claims to hold is not allocated before it is there. */
    private static byte[] bytes(DataInputStream data, long count) throws IOException {
        byte[] bytes = data.readNBytes(Math.toIntExact(count));
        if (bytes.length < count) {
            throw new EOFException("%d of %d bytes".formatted(bytes.length, count));
        }
        return bytes;
    }

    /** Of examples [from, to); sequences of tokens have none, which is 0. */
    private static int[] labels(DataInputStream data, FeatureSpec spec, int from, int to)
            throws IOException {
        int[] labels = new int[to - from];
        int each = Specs.labelBytes(spec);
        if (each == 0) {
            return labels;
        }
        data.skipNBytes((long) from * each);
        ByteBuffer.wrap(bytes(data, (long) labels.length * each))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(labels);
        return labels;
    }
}
