package org.almaflow.pipeline.sink;

import java.util.Properties;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SnapshotEvent;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/**
 * Exactly-once sinks of the job's topics. Transactional ids begin with prefix, run and topic, so
 * that no two sinks and no two runs share one.
 */
public record EventSinks(JobOptions options) {
    /**
     * Nobody sees an event before its checkpoint, which flushes the producer: until then events
     * wait for each other instead of costing the broker a request each.
     */
    private static final String LINGER_MILLIS = "500";

    public KafkaSink<SessionEvent> sessions() {
        String topic = options.topics().sessions();
        return sink(topic, SessionEvent.class, SessionEvent::getLearner);
    }

    public KafkaSink<DecisionEvent> decisions() {
        String topic = options.topics().decisions();
        return sink(topic, DecisionEvent.class, DecisionEvent::getLearner);
    }

    public KafkaSink<EvaluationEvent> evaluations() {
        String topic = options.topics().evaluations();
        return sink(topic, EvaluationEvent.class, EvaluationEvent::getLearner);
    }

    public KafkaSink<SnapshotEvent> snapshots() {
        String topic = options.topics().snapshots();
        return sink(topic, SnapshotEvent.class, SnapshotEvent::getLearner);
    }

    public KafkaSink<DeadLetter> deadLetters() {
        String topic = options.topics().deadLetters();
        return sink(topic, DeadLetter.class, DeadLetter::getStream);
    }

    private <T extends SpecificRecordBase> KafkaSink<T> sink(
            String topic, Class<T> type, RecordSchema.Key<T> key) {
        Properties properties = options.kafkaProperties();
        properties.putIfAbsent(
                "transaction.timeout.ms", Long.toString(options.transactionTimeout().toMillis()));
        properties.putIfAbsent("linger.ms", LINGER_MILLIS);
        return KafkaSink.<T>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setKafkaProducerConfig(properties)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(options.run() + "-" + topic)
                .setRecordSerializer(new RecordSchema<>(topic, type, key))
                .build();
    }
}
