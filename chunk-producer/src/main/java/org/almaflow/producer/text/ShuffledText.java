package org.almaflow.producer.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Text in the order in which a stream deals it into chunks: pieces of whole lines, some 2,000
 * characters each, in a permuted order. So every chunk has text from everywhere, and text that
 * belongs together mostly stays together.
 */
public final class ShuffledText {
    /** Characters of a piece, at least, but for the last one. */
    static final int PIECE = 2000;

    /** Where a piece ends whose line does not. */
    private static final int LONGEST = 2 * PIECE;

    private ShuffledText() {}

    /** Orders pieces. */
    @FunctionalInterface
    public interface Order {
        /** The numbers 0 … n − 1 in the order to use. */
        int[] of(int n);
    }

    /** The text with its pieces in another order. */
    public static String of(String text, Order order) {
        List<String> pieces = pieces(text);
        StringBuilder shuffled = new StringBuilder(text.length());
        for (int piece : order.of(pieces.size())) {
            shuffled.append(pieces.get(piece));
        }
        return shuffled.toString();
    }

    static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int to = end(text, from);
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private static int end(String text, int from) {
        if (text.length() - from <= PIECE) {
            return text.length();
        }
        int line = text.indexOf('\n', from + PIECE - 1);
        int longest = Math.min(text.length(), from + LONGEST);
        return line < 0 || line >= longest ? wholeCharacter(text, longest) : line + 1;
    }

    /** {@code at}, or one before it, so that no character of two code units is cut. */
    public static int wholeCharacter(String text, int at) {
        boolean within =
                at > 0
                        && at < text.length()
                        && Character.isHighSurrogate(text.charAt(at - 1))
                        && Character.isLowSurrogate(text.charAt(at));
        return within ? at - 1 : at;
    }
}
