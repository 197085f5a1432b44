package org.almaflow.pipeline.predict;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.pipeline.assemble.DeadLetters;
import org.almaflow.pipeline.assemble.Refusal;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DeadLetterReason;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.PredictResponse;
import org.almaflow.schemas.RecordCodec;
import org.almaflow.schemas.RecordFormatException;
import org.almaflow.schemas.Topics;
import org.almaflow.schemas.UnknownSchemaException;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Requests that are answered together: answers in the order of the requests, a dead letter for what
 * is no request.
 */
final class RequestBundle {
    /** Bytes that are answered together, but for one request. */
    private static final long BYTES = 4 << 20;

    /**
     * What is to be committed together.
     *
     * @param records answers in the order of the requests, and dead letters
     * @param next offset after the last request of each partition
     * @param answers how many of the records are answers
     */
    record Answered(
            List<ProducerRecord<byte[], byte[]>> records, Map<Integer, Long> next, int answers) {
        Answered {
            records = List.copyOf(records);
            next = Map.copyOf(next);
        }
    }

    private final RecordCodec<PredictRequest> requests = RecordCodec.of(PredictRequest.class);
    private final RecordCodec<PredictResponse> responses = RecordCodec.of(PredictResponse.class);
    private final RecordCodec<DeadLetter> letters = RecordCodec.of(DeadLetter.class);
    private final Topics topics;
    private final Answerer answerer;
    private final AnswerTransactions transactions;
    private final DeadLetters deadLetters;
    private final int most;

    private final List<RawSlice> raw = new ArrayList<>();
    private final List<PredictRequest> decoded = new ArrayList<>();
    private final List<ProducerRecord<byte[], byte[]>> out = new ArrayList<>();
    private final Map<Integer, Long> next = new HashMap<>();
    private long bytes;

    /**
     * @param most requests that are answered together
     */
    RequestBundle(
            Topics topics,
            Answerer answerer,
            AnswerTransactions transactions,
            int most,
            Clock clock) {
        this.most = most;
        this.topics = topics;
        this.answerer = answerer;
        this.transactions = transactions;
        this.deadLetters = new DeadLetters("", topics.predictRequests(), clock);
    }

    /** Whether nothing waits. */
    boolean isEmpty() {
        return next.isEmpty();
    }

    /** Whether so much waits that it has to be answered now. */
    boolean isFull() {
        return raw.size() + out.size() >= most || bytes >= BYTES;
    }

    /** Adds a record of the requests' topic unless it was answered before. */
    void add(RawSlice record) {
        if (transactions.isAnswered(record.getPartition(), record.getOffset())) {
            return;
        }
        next.put(record.getPartition(), record.getOffset() + 1);
        bytes += record.getValue().remaining();
        try {
            PredictRequest request = requests.decode(bytes(record));
            if (request.getId().length() > RequestCheck.ID) {
                refuse(
                        record,
                        DeadLetterReason.UNDECODABLE,
                        "the id of a request has %d characters; use %d at most"
                                .formatted(request.getId().length(), RequestCheck.ID));
                return;
            }
            raw.add(record);
            decoded.add(request);
        } catch (UnknownSchemaException e) {
            refuse(record, DeadLetterReason.UNKNOWN_SCHEMA, e.getMessage());
        } catch (RecordFormatException e) {
            refuse(record, DeadLetterReason.UNDECODABLE, e.getMessage());
        }
    }

    private static byte[] bytes(RawSlice record) {
        byte[] bytes = new byte[record.getValue().remaining()];
        record.getValue().duplicate().get(bytes);
        return bytes;
    }

    private void refuse(RawSlice record, DeadLetterReason reason, String detail) {
        DeadLetter letter = deadLetters.of(record, -1, Refusal.unaccounted(reason, detail));
        out.add(
                new ProducerRecord<>(
                        topics.deadLetters(), utf8(letter.getStream()), letters.encode(letter)));
    }

    /** Answers everything that waits. */
    Answered answer() {
        List<PredictResponse> answers = answerer.answer(decoded);
        for (int i = 0; i < answers.size(); i++) {
            RawSlice record = raw.get(i);
            out.add(
                    new ProducerRecord<>(
                            topics.predictResponses(),
                            transactions.responsePartition(record.getPartition()),
                            record.getKey() == null ? null : utf8(record.getKey()),
                            responses.encode(answers.get(i))));
        }
        Answered answered = new Answered(out, next, answers.size());
        raw.clear();
        decoded.clear();
        out.clear();
        next.clear();
        bytes = 0;
        return answered;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
