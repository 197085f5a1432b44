package org.almaflow.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Conversion;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Writes and reads one kind of record in Avro's single-object encoding: the marker {@code C3 01},
 * the little-endian CRC-64-AVRO fingerprint of the writer's schema, the body.
 *
 * <p>Reads what any stored version of the schema wrote. Immutable and safe for use by several
 * threads at once; not serializable, so create it where it is used.
 */
public final class RecordCodec<T extends SpecificRecord> {

    private static final int MARKER = 0x01C3;
    private static final int HEADER_BYTES = 10;

    private final Class<T> type;
    private final long fingerprint;
    private final SpecificDatumWriter<T> writer;
    private final Map<Long, SpecificDatumReader<T>> readers = new HashMap<>();

    /** Size of the record encoded last: a guess for the next one. */
    private volatile int lastSize = 512;

    private RecordCodec(Class<T> type, List<Schema> history) {
        this.type = type;
        SpecificData data = dataOf(type);
        Schema current = data.getSchema(type);
        this.fingerprint = SchemaNormalization.parsingFingerprint64(current);
        this.writer = new SpecificDatumWriter<>(current, data);
        for (Schema version : history) {
            long of = SchemaNormalization.parsingFingerprint64(version);
            readers.put(of, new SpecificDatumReader<>(version, current, data));
        }
        readers.put(fingerprint, new SpecificDatumReader<>(current, current, data));
    }

    /**
     * Codec of a record that has a stored schema history.
     *
     * @throws IllegalArgumentException when no version of the record's schema is stored
     */
    public static <T extends SpecificRecord> RecordCodec<T> of(Class<T> type) {
        List<Schema> history = SchemaHistory.of(type);
        requireStored(type, history);
        return new RecordCodec<>(type, history);
    }

    /**
     * Codec of a record that is a field of another one: its history is the other one's.
     *
     * @param field name of a field of that type which every version of {@code within} has
     * @throws IllegalArgumentException when no version of {@code within} is stored
     */
    public static <T extends SpecificRecord> RecordCodec<T> of(
            Class<T> type, Class<? extends SpecificRecord> within, String field) {
        List<Schema> history = SchemaHistory.of(within);
        requireStored(within, history);
        return new RecordCodec<>(
                type, history.stream().map(version -> version.getField(field).schema()).toList());
    }

    private static void requireStored(Class<?> type, List<Schema> history) {
        if (history.isEmpty()) {
            throw new IllegalArgumentException(
                    type.getSimpleName()
                            + " has no stored schema version; add "
                            + SchemaHistory.resource(type, 1));
        }
    }

    private static SpecificData dataOf(Class<? extends SpecificRecord> type) {
        TrustedRecords.trust();
        SpecificData data = new SpecificData(type.getClassLoader());
        for (Conversion<?> conversion : SpecificData.getForClass(type).getConversions()) {
            data.addLogicalTypeConversion(conversion);
        }
        return data;
    }

    /**
     * A new array with the encoded record.
     *
     * @throws RuntimeException of Avro when a field that may not be null is null: a mistake of the
     *     caller
     */
    public byte[] encode(T record) {
        Output out = new Output(lastSize);
        out.writeBytes(header());
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            writer.write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        byte[] bytes = out.bytes();
        lastSize = bytes.length;
        return bytes;
    }

    /** Gives its buffer away without a copy when it is exactly full, as it is for equal slices. */
    private static final class Output extends ByteArrayOutputStream {
        Output(int size) {
            super(size);
        }

        synchronized byte[] bytes() {
            return count == buf.length ? buf : toByteArray();
        }
    }

    private byte[] header() {
        return ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) MARKER)
                .putLong(fingerprint)
                .array();
    }

    /**
     * Reads one record that fills {@code bytes} exactly. Allocates no more than the bytes can hold,
     * whatever lengths they claim.
     *
     * @throws UnknownSchemaException when its schema is in no stored version
     * @throws RecordFormatException when it is no record of this kind, or cut, or followed by more
     */
    public T decode(byte[] bytes) throws RecordFormatException {
        SpecificDatumReader<T> reader = readerFor(bytes);
        BinaryDecoder decoder =
                DecoderFactory.get()
                        .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
        try {
            T record = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw malformed("there are bytes after the record", null);
            }
            return record;
        } catch (IOException | RuntimeException e) {
            throw malformed("the body cannot be read (" + reason(e) + ")", e);
        }
    }

    private SpecificDatumReader<T> readerFor(byte[] bytes) throws RecordFormatException {
        if (bytes == null || bytes.length < HEADER_BYTES) {
            int length = bytes == null ? 0 : bytes.length;
            throw malformed(length + " bytes are less than the header of " + HEADER_BYTES, null);
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        short marker = header.getShort();
        if (marker != (short) MARKER) {
            String found = String.format("%02x %02x", bytes[0], bytes[1]);
            throw malformed("it begins with " + found + " instead of c3 01", null);
        }
        long written = header.getLong();
        SpecificDatumReader<T> reader = readers.get(written);
        if (reader == null) {
            throw new UnknownSchemaException(type.getSimpleName(), written);
        }
        return reader;
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    private RecordFormatException malformed(String why, Exception cause) {
        return new RecordFormatException("not a " + type.getSimpleName() + ": " + why, cause);
    }
}
