package org.almaflow.producer.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Vocabularies as JSON: {@code {"kind":"bpe","version":1,"tokens":[[32,116],…]}}. */
final class Json {
    private static final int VERSION = 1;

    private Json() {}

    static String write(String kind, List<int[]> rows) {
        StringBuilder json =
                new StringBuilder(
                        "{\"kind\":\"%s\",\"version\":%d,\"tokens\":[".formatted(kind, VERSION));
        for (int i = 0; i < rows.size(); i++) {
            json.append(i == 0 ? "[" : ",[");
            for (int j = 0; j < rows.get(i).length; j++) {
                json.append(j == 0 ? "" : ",").append(rows.get(i)[j]);
            }
            json.append(']');
        }
        return json.append("]}").toString();
    }

    static List<int[]> rows(JsonNode root) {
        if (root == null || root.path("version").asInt() != VERSION) {
            throw new IllegalArgumentException("no vocabulary of version " + VERSION);
        }
        List<int[]> rows = new ArrayList<>();
        for (JsonNode row : root.path("tokens")) {
            int[] values = new int[row.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.get(i).asInt();
            }
            rows.add(values);
        }
        return rows;
    }
}
