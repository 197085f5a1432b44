package org.almaflow.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.RecordCodec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends slices to the topic of chunks: idempotent, acknowledged by all replicas, keyed by the
 * stream, so that a stream stays in one partition and in order.
 *
 * <p>Owns its Kafka producer and is used by one thread. Closing waits shortly for what is under
 * way.
 */
final class ChunkPublisher implements SliceSender {

    private static final Duration CLOSE = Duration.ofSeconds(5);

    /** Room for the key and Kafka's own header of a record. */
    private static final int RECORD_OVERHEAD = 4096;

    private final ProduceSettings settings;
    private final RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);
    private final KafkaProducer<String, byte[]> producer;
    private final List<Future<RecordMetadata>> pending = new ArrayList<>();

    /**
     * Whether the broker has taken the first slice. Until then no other is sent: a broker that does
     * not know this producer yet takes a later batch before the first one's retry, and refuses the
     * retry for ever (KAFKA-14359).
     */
    private boolean begun;

    ChunkPublisher(ProduceSettings settings) {
        this.settings = settings;
        this.producer =
                new KafkaProducer<>(
                        config(settings), new StringSerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> config(ProduceSettings settings) {
        Map<String, Object> config = new HashMap<>(settings.client());
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, settings.compression().kafkaName());
        config.put(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Integer.toString(settings.maxSliceBytes() + RECORD_OVERHEAD));
        return config;
    }

    @Override
    public int send(ChunkSlice slice) throws InterruptedException {
        byte[] value = codec.encode(slice);
        try {
            pending.add(
                    producer.send(
                            new ProducerRecord<>(
                                    settings.topics().chunks(), slice.getStream(), value)));
            if (!begun) {
                awaitStored();
                begun = true;
            }
        } catch (InterruptException e) {
            throw Interruption.of(e);
        } catch (KafkaException e) {
            throw refused(e);
        }
        return value.length;
    }

    @Override
    public void awaitStored() throws InterruptedException {
        try {
            for (Future<RecordMetadata> one : pending) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw refused(e.getCause());
        } finally {
            pending.clear();
        }
    }

    private ProduceException refused(Throwable cause) {
        return new ProduceException(
                "the broker at "
                        + settings.bootstrapServers()
                        + " did not take a slice for topic "
                        + settings.topics().chunks()
                        + " ("
                        + cause.getMessage()
                        + "); run the same command again to continue where it stopped",
                cause);
    }

    @Override
    public void close() {
        producer.close(CLOSE);
    }
}
