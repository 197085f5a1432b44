package org.almaflow.producer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.almaflow.schemas.ClientProperties;
import org.almaflow.schemas.TopicAdmin;
import org.almaflow.schemas.Topics;

/**
 * Everything about publishing a stream but the data.
 *
 * @param bootstrapServers the brokers, as HOST:PORT,HOST:PORT
 * @param topics where the chunks go
 * @param stream name of the stream
 * @param chunks number of chunks of one pass over the data
 * @param seed of the permutation, in [0, 2^32)
 * @param loop whether to go on with another pass after the last chunk, without end
 * @param leftOut chunks of each pass that are not published; the others move up
 * @param schedule when chunks are published
 * @param compression of the slices
 * @param maxSliceBytes bound of one encoded slice
 * @param clientProperties extra properties of the Kafka clients, such as security
 * @param timeout how long to wait for the broker at start
 */
public record ProduceSettings(
        String bootstrapServers,
        Topics topics,
        String stream,
        int chunks,
        long seed,
        boolean loop,
        List<Integer> leftOut,
        ArrivalSchedule schedule,
        Compression compression,
        int maxSliceBytes,
        Map<String, String> clientProperties,
        Duration timeout) {

    public static final long DEFAULT_SEED = 432;
    public static final int DEFAULT_CHUNKS = 50;
    public static final int DEFAULT_MAX_SLICE_BYTES = 512 * 1024;

    public ProduceSettings {
        if (stream.isBlank()) {
            throw new ProduceException("the stream has no name; give one with --stream");
        }
        leftOut = List.copyOf(leftOut);
        clientProperties = Map.copyOf(clientProperties);
    }

    /** The permutation of the paper's released code, 50 chunks, as fast as possible, lz4. */
    public static ProduceSettings standard(String bootstrapServers, String stream) {
        return new ProduceSettings(
                bootstrapServers,
                Topics.standard(),
                stream,
                DEFAULT_CHUNKS,
                DEFAULT_SEED,
                false,
                List.of(),
                ArrivalSchedule.asFastAsPossible(),
                Compression.LZ4,
                DEFAULT_MAX_SLICE_BYTES,
                Map.of(),
                TopicAdmin.DEFAULT_TIMEOUT);
    }

    public ProduceSettings withTopics(Topics other) {
        return new ProduceSettings(
                bootstrapServers,
                other,
                stream,
                chunks,
                seed,
                loop,
                leftOut,
                schedule,
                compression,
                maxSliceBytes,
                clientProperties,
                timeout);
    }

    public ProduceSettings withPlan(int otherChunks, long otherSeed, boolean otherLoop) {
        return new ProduceSettings(
                bootstrapServers,
                topics,
                stream,
                otherChunks,
                otherSeed,
                otherLoop,
                leftOut,
                schedule,
                compression,
                maxSliceBytes,
                clientProperties,
                timeout);
    }

    public ProduceSettings without(List<Integer> chunksToLeaveOut) {
        return new ProduceSettings(
                bootstrapServers,
                topics,
                stream,
                chunks,
                seed,
                loop,
                chunksToLeaveOut,
                schedule,
                compression,
                maxSliceBytes,
                clientProperties,
                timeout);
    }

    public ProduceSettings withSchedule(ArrivalSchedule other) {
        return new ProduceSettings(
                bootstrapServers,
                topics,
                stream,
                chunks,
                seed,
                loop,
                leftOut,
                other,
                compression,
                maxSliceBytes,
                clientProperties,
                timeout);
    }

    public ProduceSettings withSlices(Compression otherCompression, int otherMaxSliceBytes) {
        return new ProduceSettings(
                bootstrapServers,
                topics,
                stream,
                chunks,
                seed,
                loop,
                leftOut,
                schedule,
                otherCompression,
                otherMaxSliceBytes,
                clientProperties,
                timeout);
    }

    public ProduceSettings withClient(Map<String, String> properties, Duration otherTimeout) {
        return new ProduceSettings(
                bootstrapServers,
                topics,
                stream,
                chunks,
                seed,
                loop,
                leftOut,
                schedule,
                compression,
                maxSliceBytes,
                properties,
                otherTimeout);
    }

    /** Properties for any Kafka client: the extra ones and the brokers. */
    Map<String, Object> client() {
        return ClientProperties.of(bootstrapServers, clientProperties);
    }
}
