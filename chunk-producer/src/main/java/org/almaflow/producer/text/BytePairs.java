package org.almaflow.producer.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Byte pairs (Sennrich et al. 2016, on UTF-8 bytes): tokens 0 … 255 are the bytes, token 256 + i is
 * merge i of two tokens before it. Within a word ({@link Words}) the pair whose merge is the oldest
 * is merged until there is none. No text is outside the vocabulary.
 */
final class BytePairs implements Vocabulary {
    static final String KIND = "bpe";

    /** Tokens that are one byte each. */
    static final int BYTES = 256;

    private static final int REMEMBERED = 1 << 18;

    private final List<int[]> merges;
    private final Map<Long, Integer> ranks = new HashMap<>();
    private final Map<String, int[]> words = new HashMap<>();

    BytePairs(List<int[]> merges) {
        this.merges = List.copyOf(merges);
        for (int[] merge : this.merges) {
            int made = BYTES + ranks.size();
            if (merge.length != 2 || outside(merge[0], made) || outside(merge[1], made)) {
                throw new IllegalArgumentException(
                        "no vocabulary: token %d is not made of two tokens before it"
                                .formatted(made));
            }
            ranks.put(pair(merge[0], merge[1]), ranks.size());
        }
        if (ranks.size() != this.merges.size()) {
            throw new IllegalArgumentException("no vocabulary: a pair is merged twice");
        }
    }

    private static boolean outside(int token, int end) {
        return token < 0 || token >= end;
    }

    /** Two tokens as one number; pairs are ordered as these are. */
    static long pair(int left, int right) {
        return (long) left << Integer.SIZE | right;
    }

    /** The bytes of a word, as tokens. */
    static int[] bytes(String word) {
        byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
        int[] tokens = new int[bytes.length];
        Arrays.setAll(tokens, i -> Byte.toUnsignedInt(bytes[i]));
        return tokens;
    }

    /** {@code word} with every pair {@code (left, right)}, from the left on, made {@code token}. */
    static int[] merged(int[] word, int left, int right, int token) {
        int[] shorter = new int[word.length];
        int length = 0;
        for (int i = 0; i < word.length; i++) {
            boolean here = i + 1 < word.length && word[i] == left && word[i + 1] == right;
            shorter[length++] = here ? token : word[i];
            i += here ? 1 : 0;
        }
        return Arrays.copyOf(shorter, length);
    }

    @Override
    public int size() {
        return BYTES + merges.size();
    }

    @Override
    public int[] encode(String text) {
        TokenList tokens = new TokenList(text.length() / 2);
        Words.of(text, word -> tokens.add(word(word)));
        return tokens.toArray();
    }

    private int[] word(String word) {
        int[] known = words.get(word);
        if (known != null) {
            return known;
        }
        int[] tokens = bytes(word);
        for (int rank = lowest(tokens); rank >= 0; rank = lowest(tokens)) {
            int[] merge = merges.get(rank);
            tokens = merged(tokens, merge[0], merge[1], BYTES + rank);
        }
        if (words.size() < REMEMBERED) {
            words.put(word, tokens);
        }
        return tokens;
    }

    /** The oldest merge that applies; -1 when none does. */
    private int lowest(int[] tokens) {
        int lowest = -1;
        for (int i = 0; i + 1 < tokens.length; i++) {
            Integer rank = ranks.get(pair(tokens[i], tokens[i + 1]));
            if (rank != null && (lowest < 0 || rank < lowest)) {
                lowest = rank;
            }
        }
        return lowest;
    }

    @Override
    public String decode(int[] tokens) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int token : tokens) {
            write(token, bytes);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void write(int token, ByteArrayOutputStream bytes) {
        if (token < BYTES) {
            bytes.write(token);
            return;
        }
        int[] merge = merges.get(token - BYTES);
        write(merge[0], bytes);
        write(merge[1], bytes);
    }

    @Override
    public String json() {
        return Json.write(KIND, merges);
    }
}
