package org.almaflow.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** A record of any schema, filled with values that depend only on the names of its fields. */
final class SampleData {

    private SampleData() {}

    static GenericRecord record(Schema schema) {
        GenericRecord record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            record.put(field.pos(), value(field.schema(), field.name()));
        }
        return record;
    }

    private static Object value(Schema schema, String name) {
        int hash = name.hashCode() & 0xFFFF;
        return switch (schema.getType()) {
            case RECORD -> record(schema);
            case ENUM -> {
                List<String> symbols = schema.getEnumSymbols();
                yield new GenericData.EnumSymbol(schema, symbols.get(hash % symbols.size()));
            }
            case ARRAY -> {
                Schema items = schema.getElementType();
                yield new GenericData.Array<>(
                        schema, List.of(value(items, name + "0"), value(items, name + "1")));
            }
            case MAP -> Map.of(name, value(schema.getValueType(), name + "0"));
            case UNION -> value(schema.getTypes().get(schema.getTypes().size() - 1), name);
            case STRING -> name + " of the sample";
            case BYTES -> ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8));
            case INT -> hash;
            case LONG -> 1_700_000_000_000L + hash;
            case FLOAT -> hash / 8f;
            case DOUBLE -> hash / 64d;
            case BOOLEAN -> hash % 2 == 0;
            default -> throw new IllegalArgumentException("no sample of " + schema);
        };
    }

    /** Single-object encoding made by hand, independent of {@link RecordCodec}. */
    static byte[] encode(GenericRecord record) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(0xC3);
            out.write(0x01);
            long fingerprint = SchemaNormalization.parsingFingerprint64(record.getSchema());
            ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            out.write(bytes.putLong(fingerprint).array());
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Reads what was written with this very schema. */
    static GenericRecord decode(Schema schema, byte[] bytes) throws IOException {
        return new GenericDatumReader<GenericRecord>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, 10, bytes.length - 10, null));
    }
}
