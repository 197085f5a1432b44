package org.almaflow.producer.text;

import java.util.function.Consumer;

/**
 * Cuts text into words, which byte pairs do not cross: a run of letters, of digits or of other
 * signs, each with one space before it if there is one; or a run of white space. A run is cut after
 * {@link #LONGEST} characters, so that no text makes encoding slow. All words together are the
 * text.
 */
final class Words {
    /** Characters of a run, at most. */
    static final int LONGEST = 100;

    private enum Kind {
        LETTERS,
        DIGITS,
        SPACE,
        SIGNS;

        static Kind of(int point) {
            if (Character.isLetter(point)) {
                return LETTERS;
            }
            if (Character.isDigit(point)) {
                return DIGITS;
            }
            return Character.isWhitespace(point) ? SPACE : SIGNS;
        }
    }

    private Words() {}

    static void of(String text, Consumer<String> words) {
        int from = 0;
        while (from < text.length()) {
            int to = runEnd(text, from);
            if (Kind.of(text.codePointAt(from)) == Kind.SPACE && to < text.length()) {
                boolean more = Kind.of(text.codePointAt(to)) == Kind.SPACE;
                if (!more && text.charAt(to - 1) == ' ') {
                    if (to - 1 > from) {
                        words.accept(text.substring(from, to - 1));
                    }
                    from = to - 1;
                    to = runEnd(text, to);
                }
            }
            words.accept(text.substring(from, to));
            from = to;
        }
    }

    private static int runEnd(String text, int from) {
        Kind kind = Kind.of(text.codePointAt(from));
        int to = from;
        while (to < text.length() && to - from < LONGEST) {
            int point = text.codePointAt(to);
            if (Kind.of(point) != kind) {
                break;
            }
            to += Character.charCount(point);
        }
        return to;
    }
}
