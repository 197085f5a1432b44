package org.almaflow.pipeline.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.RawSlice;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Hands records on as they are: what is wrong with them is found where a dead letter can be sent.
 */
public final class RawSliceSchema implements KafkaRecordDeserializationSchema<RawSlice> {
    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawSlice> out) {
        String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
        byte[] value = record.value() == null ? new byte[0] : record.value();
        out.collect(
                new RawSlice(
                        key,
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        ByteBuffer.wrap(value)));
    }

    @Override
    public TypeInformation<RawSlice> getProducedType() {
        return RecordType.of(RawSlice.class);
    }
}
