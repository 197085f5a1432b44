package org.almaflow.producer.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Characters (code points), ascending. Token 0 stands for every character that is not among them:
 * text that comes later may have some.
 */
final class Characters implements Vocabulary {
    static final String KIND = "characters";

    /** Token of a character that the vocabulary does not have. */
    static final int UNKNOWN = 0;

    private static final int REPLACEMENT = 0xFFFD;

    private final int[] points;
    private final Map<Integer, Integer> tokens = new HashMap<>();

    Characters(int[] points) {
        this.points = points.clone();
        for (int point : points) {
            tokens.put(point, tokens.size() + 1);
        }
    }

    /** Those of a text. */
    static Characters of(String text) {
        return new Characters(text.codePoints().distinct().sorted().toArray());
    }

    @Override
    public int size() {
        return points.length + 1;
    }

    @Override
    public int[] encode(String text) {
        return text.codePoints().map(point -> tokens.getOrDefault(point, UNKNOWN)).toArray();
    }

    @Override
    public String decode(int[] encoded) {
        StringBuilder text = new StringBuilder();
        for (int token : encoded) {
            text.appendCodePoint(token == UNKNOWN ? REPLACEMENT : points[token - 1]);
        }
        return text.toString();
    }

    @Override
    public String json() {
        return Json.write(KIND, List.of(points));
    }
}
