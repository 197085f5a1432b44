package org.almaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The current code reads what every released version wrote. */
class SchemaHistoryTest {

    static final List<Class<? extends SpecificRecord>> RECORDS = Records.ALL;

    record Version(Class<? extends SpecificRecord> type, int number, Schema schema) {
        @Override
        public String toString() {
            return type.getSimpleName() + " v" + number;
        }

        Path golden() {
            return StoreSchemaVersion.golden(type, number);
        }
    }

    static Stream<Version> versions() {
        List<Version> versions = new ArrayList<>();
        for (Class<? extends SpecificRecord> type : RECORDS) {
            List<Schema> history = SchemaHistory.of(type);
            for (int i = 0; i < history.size(); i++) {
                versions.add(new Version(type, i + 1, history.get(i)));
            }
        }
        return versions.stream();
    }

    @ParameterizedTest
    @FieldSource("RECORDS")
    void newestStoredVersionIsTheCurrentSchema(Class<? extends SpecificRecord> type) {
        List<Schema> history = SchemaHistory.of(type);

        assertThat(history)
                .as("run: ./mvnw -pl schemas test -Dtest=StoreSchemaVersion")
                .isNotEmpty()
                .last()
                .isEqualTo(SpecificData.getForClass(type).getSchema(type));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void currentSchemaCanReadEveryVersion(Version version) {
        Schema current = SpecificData.getForClass(version.type()).getSchema(version.type());

        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(current, version.schema()))
                .returns(SchemaCompatibilityType.COMPATIBLE, c -> c.getResult().getCompatibility());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void readsDataOfEveryVersion(Version version) throws Exception {
        GenericRecord written = SampleData.record(version.schema());

        assertSharedFieldsEqual(written, readAsGeneric(version, SampleData.encode(written)));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void readsTheBytesStoredWhenTheVersionWasMade(Version version) throws Exception {
        byte[] stored = HexFormat.of().parseHex(Files.readString(version.golden()).strip());
        GenericRecord written = SampleData.decode(version.schema(), stored);

        assertThat(written).isEqualTo(SampleData.record(version.schema()));
        assertSharedFieldsEqual(written, readAsGeneric(version, stored));
    }

    private static GenericRecord readAsGeneric(Version version, byte[] bytes) throws Exception {
        return readAsGeneric(RecordCodec.of(version.type()), bytes);
    }

    private static <T extends SpecificRecord> GenericRecord readAsGeneric(
            RecordCodec<T> codec, byte[] bytes) throws Exception {
        T read = codec.decode(bytes);
        return SampleData.decode(read.getSchema(), codec.encode(read));
    }

    private static void assertSharedFieldsEqual(GenericRecord written, GenericRecord read) {
        for (Schema.Field field : read.getSchema().getFields()) {
            if (written.getSchema().getField(field.name()) == null) {
                continue;
            }
            Object before = written.get(field.name());
            Object after = read.get(field.name());
            if (before instanceof GenericRecord nested) {
                assertSharedFieldsEqual(nested, (GenericRecord) after);
            } else {
                assertThat(after).as(field.name()).hasToString(before.toString());
            }
        }
    }
}
