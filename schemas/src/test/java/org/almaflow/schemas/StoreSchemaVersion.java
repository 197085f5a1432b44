package org.almaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Not a test: a tool that stores the current schema of every changed record as its next version,
 * with a sample of its bytes. Its name keeps it out of ordinary runs; call it with
 *
 * <pre>./mvnw -pl schemas test -Dtest=StoreSchemaVersion</pre>
 */
class StoreSchemaVersion {

    static final List<Class<? extends SpecificRecord>> RECORDS = Records.ALL;

    @ParameterizedTest
    @FieldSource("RECORDS")
    void store(Class<? extends SpecificRecord> type) throws IOException {
        List<Schema> history = SchemaHistory.of(type);
        Schema current = SpecificData.getForClass(type).getSchema(type);
        if (!history.isEmpty() && history.get(history.size() - 1).equals(current)) {
            return;
        }
        int version = history.size() + 1;
        Path schema = Path.of("src/main/resources", SchemaHistory.resource(type, version));
        assertThat(schema).doesNotExist();
        write(schema, SchemaFormatter.format("json/pretty", current));
        byte[] sample = SampleData.encode(SampleData.record(current));
        write(golden(type, version), HexFormat.of().formatHex(sample));
    }

    static Path golden(Class<?> type, int version) {
        return Path.of(
                "src/test/resources/avro-golden", type.getSimpleName(), "v" + version + ".hex");
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }
}
