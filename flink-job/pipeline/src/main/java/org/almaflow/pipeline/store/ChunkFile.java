package org.almaflow.pipeline.store;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.almaflow.learning.engine.Examples;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.Target;

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
     * The examples of a chunk file.
     *
     * @param path how to call the file in errors
     */
    static Examples parse(byte[] file, String path) throws IOException {
        try {
            return parse(ByteBuffer.wrap(file), path);
        } catch (RuntimeException e) {
            throw new IOException("chunk file %s is cut short or damaged".formatted(path), e);
        }
    }

    private static Examples parse(ByteBuffer file, String path) throws IOException {
        byte[] magic = new byte[MAGIC.length];
        file.get(magic);
        int version = Arrays.equals(magic, MAGIC) ? file.getInt() : -1;
        if (version != VERSION) {
            throw new IOException(
                    "%s is not a chunk file of version %d (found %d); was another program writing there?"
                            .formatted(path, VERSION, version));
        }
        int specBytes = file.getInt();
        FeatureSpec spec = Specs.decode(file.slice(file.position(), specBytes));
        file.position(file.position() + specBytes);
        if (spec.getTarget() != Target.CLASS_LABEL) {
            throw new IOException(
                    "chunk file %s has targets %s; learners need CLASS_LABEL"
                            .formatted(path, spec.getTarget()));
        }
        int count = Math.toIntExact(file.getLong());
        int featureBytes = Math.toIntExact(Math.multiplyExact(count, Specs.exampleBytes(spec)));
        ByteBuffer features = file.slice(file.position(), featureBytes);
        file.position(file.position() + featureBytes);
        int[] labels = new int[count];
        file.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(labels);
        return new Examples(Specs.input(spec), spec.getClasses(), features, labels);
    }
}
