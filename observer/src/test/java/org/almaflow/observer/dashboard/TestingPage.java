package org.almaflow.observer.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A page that knows what its messages said, by the rules of {@code state.js}. */
final class TestingPage {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Board board;
    private final Optional<String> wanted;
    private final Map<Integer, Learner> learners = new TreeMap<>();
    private Cursor cursor = Cursor.NONE;
    private JsonNode run;
    private JsonNode message;
    private int messages;

    TestingPage(Board board, Optional<String> wanted) {
        this.board = board;
        this.wanted = wanted;
    }

    /** A row holds arrival, error, loss, CER, MACs, snapshot, lag. */
    private static final class Learner {
        private final List<List<Double>> rows = new ArrayList<>();
        private String id;
        private JsonNode decision;
        private JsonNode snapshot;

        private boolean isOff(int row, long stride) {
            return rows.get(row).get(0) % stride != 0;
        }

        void thin(long stride) {
            List<Double> newest = rows.isEmpty() ? List.of() : rows.get(rows.size() - 1);
            rows.removeIf(row -> row.get(0) % stride != 0 && row != newest);
        }

        void append(JsonNode columns, long stride) {
            if (!rows.isEmpty() && isOff(rows.size() - 1, stride)) {
                rows.remove(rows.size() - 1);
            }
            for (int i = 0; i < columns.get("arrival").size(); i++) {
                List<Double> row = new ArrayList<>();
                for (JsonNode column : columns) {
                    row.add(column.get(i).isNull() ? Double.NaN : column.get(i).asDouble());
                }
                rows.add(row);
            }
        }
    }

    /** Takes what has come; returns whether anything has. */
    boolean look() {
        Optional<Board.Update> update = board.since(cursor, wanted);
        update.ifPresent(
                it -> {
                    cursor = it.cursor();
                    take(read(it.json()));
                });
        return update.isPresent();
    }

    static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(JsonNode next) {
        message = next;
        messages++;
        if (next.get("run").isNull()) {
            run = null;
            learners.clear();
            return;
        }
        if (next.get("whole").asBoolean()) {
            learners.clear();
        }
        long stride = next.at("/run/stride").asLong();
        learners.values().forEach(learner -> learner.thin(stride));
        run = next.get("run");
        next.get("learners").forEach(news -> take(news, stride));
    }

    private void take(JsonNode news, long stride) {
        int place = news.get("place").asInt();
        if (news.has("id")) {
            learners.put(place, new Learner());
            learners.get(place).id = news.get("id").asText();
        }
        Learner learner = learners.get(place);
        if (news.has("rows")) {
            learner.append(news.get("rows"), stride);
        }
        learner.decision = news.has("decision") ? news.get("decision") : learner.decision;
        learner.snapshot = news.has("snapshot") ? news.get("snapshot") : learner.snapshot;
    }

    /** Everything it knows, comparable. */
    List<Object> knowledge() {
        List<Object> all = new ArrayList<>();
        all.add(String.valueOf(run));
        learners.forEach(
                (place, learner) ->
                        all.add(
                                List.of(
                                        place,
                                        learner.id,
                                        learner.rows,
                                        String.valueOf(learner.decision),
                                        String.valueOf(learner.snapshot))));
        return all;
    }

    /** Arrivals that the curve of a learner has. */
    List<Long> arrivals(int place) {
        return learners.get(place).rows.stream().map(row -> row.get(0).longValue()).toList();
    }

    Cursor cursor() {
        return cursor;
    }

    /** The run that is shown; null: none. */
    JsonNode run() {
        return run;
    }

    /** The newest message. */
    JsonNode message() {
        return message;
    }

    int messages() {
        return messages;
    }
}
