package org.almaflow.producer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic once, from its beginning to where it ends now, for what it holds of one stream.
 *
 * <p>All partitions are read, so that a stream is found also after partitions were added; records
 * with another key are not decoded.
 *
 * @param content what was found
 * @param cut whether the broker has deleted records from the beginning (by retention)
 */
record StreamScan(StreamContent content, boolean cut) {

    private static final Duration POLL = Duration.ofMillis(200);

    /**
     * @throws ProduceException when the broker stops answering for the time given in the settings
     * @throws InterruptedException when the thread is interrupted
     */
    static StreamScan read(ProduceSettings settings) throws InterruptedException {
        Map<String, Object> config = new HashMap<>(settings.client());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        // Few at a time: they are large, and larger still once decompressed.
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "16");
        // Closing waits for the fetch under way, which waits this long for more data.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "50");
        config.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Integer.toString(Math.toIntExact(settings.timeout().toMillis())));
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return read(consumer, settings);
        } catch (InterruptException e) {
            throw Interruption.of(e);
        } catch (KafkaException e) {
            throw new ProduceException(
                    "cannot read topic "
                            + settings.topics().chunks()
                            + " at "
                            + settings.bootstrapServers()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static StreamScan read(Consumer<byte[], byte[]> consumer, ProduceSettings settings) {
        String topic = settings.topics().chunks();
        List<TopicPartition> partitions =
                consumer.partitionsFor(topic).stream()
                        .map(partition -> new TopicPartition(topic, partition.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> begin = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
        StreamContent content = new StreamContent(settings.stream());
        Reader reader = new Reader(settings.stream(), content);
        long progressAt = System.nanoTime();
        while (!reached(consumer, end)) {
            var records = consumer.poll(POLL);
            records.forEach(reader::read);
            if (!records.isEmpty()) {
                progressAt = System.nanoTime();
            } else if (System.nanoTime() - progressAt > settings.timeout().toNanos()) {
                throw new ProduceException(
                        "the broker at "
                                + settings.bootstrapServers()
                                + " stopped answering while topic "
                                + topic
                                + " was read; run the same command again when it is back");
            }
        }
        return new StreamScan(content, begin.values().stream().anyMatch(offset -> offset > 0));
    }

    private static boolean reached(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> end) {
        return end.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
    }

    /** The first training chunk that is not completely there. */
    long next() {
        boolean beginningLost = cut && !content.isComplete(0);
        if (beginningLost && content.oldest().isPresent()) {
            return nextAfterCut(content.oldest().get());
        }
        return content.firstIncomplete(1);
    }

    /**
     * Chunks older than the oldest one found were published once; so was that one when a newer one
     * is there.
     */
    private long nextAfterCut(long oldest) {
        boolean newerFound =
                content.isComplete(oldest + 1) || content.begunWith(oldest + 1).isPresent();
        return content.firstIncomplete(newerFound ? oldest + 1 : oldest);
    }

    /** Decodes the records of one stream. */
    private static final class Reader {
        private final RecordCodec<ChunkSlice> codec = RecordCodec.of(ChunkSlice.class);
        private final byte[] key;
        private final StreamContent content;

        Reader(String stream, StreamContent content) {
            this.key = stream.getBytes(StandardCharsets.UTF_8);
            this.content = content;
        }

        void read(ConsumerRecord<byte[], byte[]> kafkaRecord) {
            if (!Arrays.equals(key, kafkaRecord.key())) {
                return;
            }
            try {
                content.add(codec.decode(kafkaRecord.value()));
            } catch (RecordFormatException e) {
                // Not a slice, so nothing of this stream is there; the job sends it to the dead
                // letters.
                return;
            }
        }
    }
}
