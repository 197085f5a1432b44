package org.almaflow.pipeline;

import org.almaflow.schemas.TrustedRecords;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.util.OutputTag;

/** How Avro records travel between operators and rest in state: as Avro, never as anything else. */
public final class RecordType {
    static {
        TrustedRecords.trust();
    }

    private RecordType() {}

    /** Type of records of {@code type}. */
    public static <T extends SpecificRecordBase> AvroTypeInfo<T> of(Class<T> type) {
        return new AvroTypeInfo<>(type);
    }

    /** Side output of records of {@code type}. */
    public static <T extends SpecificRecordBase> OutputTag<T> output(String id, Class<T> type) {
        return new OutputTag<>(id, of(type));
    }

    /** Keyed state that is one record of {@code type}. */
    public static <T extends SpecificRecordBase> ValueStateDescriptor<T> state(
            String name, Class<T> type) {
        return new ValueStateDescriptor<>(name, of(type));
    }

    /** Makes Avro of this class loader accept our records; call before any is read. */
    public static void trust() {
        TrustedRecords.trust();
    }
}
