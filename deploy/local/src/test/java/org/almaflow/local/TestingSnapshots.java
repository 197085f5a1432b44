package org.almaflow.local;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Target;
import org.almaflow.schemas.Topics;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Snapshot events of digits, as a job would publish them. */
final class TestingSnapshots {
    private static final String TOPIC = new Topics(Topics.DEFAULT_PREFIX).snapshots();

    private TestingSnapshots() {}

    /** Of the family SM, without a model file, at second {@code version} of 1970. */
    static SnapshotEvent of(String run, String learner, long version) {
        return SnapshotEvent.newBuilder()
                .setRun(run)
                .setExperiment("toy")
                .setStream("digits")
                .setLearner(learner)
                .setFamily("SM")
                .setVersion(version)
                .setSession(1)
                .setSpec(
                        FeatureSpec.newBuilder()
                                .setElementType(ElementType.UINT8)
                                .setShape(List.of(1, 28, 28))
                                .setTarget(Target.CLASS_LABEL)
                                .setClasses(10)
                                .setMean(List.of(0f))
                                .setStd(List.of(1f))
                                .build())
                .setMembers(List.of())
                .setLineage(List.of())
                .setParameters(1)
                .setValidationAccuracy(0.5)
                .setAt(Instant.ofEpochSecond(version))
                .build();
    }

    static void publish(String brokers, List<SnapshotEvent> snapshots) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", brokers),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            RecordCodec<SnapshotEvent> codec = RecordCodec.of(SnapshotEvent.class);
            for (SnapshotEvent snapshot : snapshots) {
                byte[] key = snapshot.getLearner().getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(TOPIC, key, codec.encode(snapshot))).get();
            }
        }
    }
}
