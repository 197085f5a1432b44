package org.almaflow.pipeline.sink;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.almaflow.schemas.RecordCodec;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.serialization.SerializationSchema.InitializationContext;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Events as Kafka records: the key as UTF-8, the value in Avro single-object encoding. */
final class RecordSchema<T extends SpecificRecordBase>
        implements KafkaRecordSerializationSchema<T> {
    /** The key of an event. */
    interface Key<T> extends Function<T, String>, Serializable {}

    private final String topic;
    private final Class<T> type;
    private final Key<T> key;
    private transient RecordCodec<T> codec;

    RecordSchema(String topic, Class<T> type, Key<T> key) {
        this.topic = topic;
        this.type = type;
        this.key = key;
    }

    @Override
    public void open(InitializationContext context, KafkaSinkContext sink) {
        codec = RecordCodec.of(type);
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            T event, KafkaSinkContext context, Long timestamp) {
        byte[] keyBytes = key.apply(event).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, keyBytes, codec.encode(event));
    }
}
