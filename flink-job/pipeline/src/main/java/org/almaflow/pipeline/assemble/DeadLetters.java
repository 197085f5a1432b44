package org.almaflow.pipeline.assemble;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.almaflow.pipeline.flow.OpenChunk;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DeadLetterReason;

/**
 * Writes dead letters.
 *
 * @param stream whose letters these are, when a record has no key
 * @param topic where records come from
 */
public record DeadLetters(String stream, String topic, Clock clock) {
    /** How many missing slices a letter lists by name. */
    private static final int LISTED = 20;

    /**
     * Bytes of a record that a letter keeps, so that the letter fits into a Kafka record itself.
     */
    static final int MAX_PAYLOAD = 900 * 1024;

    /**
     * A letter about one record.
     *
     * @param chunk index of its chunk, -1 when unknown
     */
    public DeadLetter of(RawSlice raw, long chunk, Refusal refusal) {
        ByteBuffer value = raw.getValue().duplicate();
        String cut = "";
        if (value.remaining() > MAX_PAYLOAD) {
            cut = " (payload cut to %d of %d bytes)".formatted(MAX_PAYLOAD, value.remaining());
            value.limit(value.position() + MAX_PAYLOAD);
        }
        return letter(
                raw.getKey() == null ? stream : raw.getKey(),
                refusal.reason(),
                refusal.detail() + cut,
                raw.getPartition(),
                raw.getOffset(),
                chunk,
                value);
    }

    /** A letter about a chunk that was given up. */
    DeadLetter incomplete(OpenChunk chunk, List<Integer> missing) {
        String detail =
                chunk.getSlices() == 0
                        ? "no slice of chunk %d came; it arrives empty".formatted(chunk.getChunk())
                        : "chunk %d arrives without %d of its %d slices: %s"
                                .formatted(
                                        chunk.getChunk(),
                                        missing.size(),
                                        chunk.getSlices(),
                                        listed(missing));
        return letter(
                stream,
                DeadLetterReason.INCOMPLETE_CHUNK,
                detail,
                -1,
                -1,
                chunk.getChunk(),
                ByteBuffer.allocate(0));
    }

    private static String listed(List<Integer> missing) {
        List<Integer> first = missing.subList(0, Math.min(LISTED, missing.size()));
        return first + (first.size() < missing.size() ? " and more" : "");
    }

    private DeadLetter letter(
            String of,
            DeadLetterReason reason,
            String detail,
            int partition,
            long offset,
            long chunk,
            ByteBuffer payload) {
        return DeadLetter.newBuilder()
                .setStream(of)
                .setReason(reason)
                .setDetail(detail)
                .setTopic(topic)
                .setPartition(partition)
                .setOffset(offset)
                .setChunk(chunk)
                .setPayload(payload)
                .setAt(Instant.now(clock).truncatedTo(ChronoUnit.MILLIS))
                .build();
    }
}
