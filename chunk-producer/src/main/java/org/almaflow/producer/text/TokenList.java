package org.almaflow.producer.text;

import java.util.Arrays;

/** A growing list of tokens. */
final class TokenList {
    private int[] tokens;
    private int size;

    TokenList(int room) {
        tokens = new int[Math.max(16, room)];
    }

    void add(int[] more) {
        if (size + more.length > tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(size + more.length, tokens.length * 2));
        }
        System.arraycopy(more, 0, tokens, size, more.length);
        size += more.length;
    }

    int[] toArray() {
        return Arrays.copyOf(tokens, size);
    }
}
