package org.almaflow.pipeline.predict;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A read_committed reader of responses, whose ids are numbers, in a thread of its own. */
final class Answers implements AutoCloseable {
    private static final int MOST = 1_000_000;
    private static final int VERSIONS = 8;

    private final AtomicLongArray due = new AtomicLongArray(MOST);
    private final AtomicLongArray answeredAt = new AtomicLongArray(MOST);
    private final AtomicIntegerArray times = new AtomicIntegerArray(MOST);
    private final AtomicLongArray firstOf = new AtomicLongArray(VERSIONS);
    private final AtomicInteger seen = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final RecordCodec<PredictResponse> codec = RecordCodec.of(PredictResponse.class);

    Answers(String brokers, String topic) {
        Thread thread = new Thread(() -> read(brokers, topic), "answers");
        thread.setDaemon(true);
        thread.start();
    }

    /** Notes when request {@code id} is due. */
    void expect(int id, long nanos) {
        due.set(id, nanos);
    }

    private void read(String brokers, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closed.get()) {
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(100))) {
                    take(codec.decode(r.value()));
                }
            }
        } catch (RecordFormatException e) {
            throw new AssertionError(e);
        }
    }

    private void take(PredictResponse answer) {
        if (answer.getStatus() != PredictStatus.OK) {
            throw new AssertionError(answer);
        }
        int id = Integer.parseInt(answer.getId());
        long now = System.nanoTime();
        answeredAt.set(id, now);
        firstOf.compareAndSet((int) answer.getModel().getVersion(), 0, now);
        if (times.incrementAndGet(id) == 1) {
            seen.incrementAndGet();
        } else {
            repeated.incrementAndGet();
        }
    }

    /** Waits for as many different answers, or until the time is over. */
    void await(int count, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (seen.get() < count && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Milliseconds from when requests [from, to) were due to their answers. */
    double[] millis(int from, int to) {
        double[] millis = new double[to - from];
        for (int i = from; i < to; i++) {
            boolean answered = times.get(i) > 0;
            millis[i - from] =
                    answered ? (answeredAt.get(i) - due.get(i)) / 1e6 : Double.POSITIVE_INFINITY;
        }
        return millis;
    }

    /** When the first answer of a version came; 0 when none did. */
    long firstOfVersion(int version) {
        return firstOf.get(version);
    }

    /** How many of the requests [0, count) have no answer. */
    int missing(int count) {
        return count - seen.get();
    }

    /** Answers to what was answered before. */
    int twice() {
        return repeated.get();
    }

    @Override
    public void close() {
        closed.set(true);
    }
}
