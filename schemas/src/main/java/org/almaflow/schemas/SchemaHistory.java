package org.almaflow.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Every published version of a record's schema, oldest first: resources {@code
 * /avro-history/RECORD/vN.avsc}, each complete in itself.
 */
final class SchemaHistory {

    private SchemaHistory() {}

    /** Empty when the record has no stored version. */
    static List<Schema> of(Class<?> type) {
        List<Schema> versions = new ArrayList<>();
        for (int version = 1; ; version++) {
            Schema schema = load(type, version);
            if (schema == null) {
                return List.copyOf(versions);
            }
            versions.add(schema);
        }
    }

    static String resource(Class<?> type, int version) {
        return "avro-history/" + type.getSimpleName() + "/v" + version + ".avsc";
    }

    private static Schema load(Class<?> type, int version) {
        String name = "/" + resource(type, version);
        try (InputStream in = SchemaHistory.class.getResourceAsStream(name)) {
            return in == null ? null : new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the stored schema " + name, e);
        }
    }
}
