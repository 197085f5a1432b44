package org.almaflow.producer.text;

/**
 * How text becomes sequences of tokens.
 *
 * @param vocabulary tokens of a byte-pair vocabulary, at most; of no meaning for characters
 * @param sequence targets of one sequence, which has one token more
 * @param holdout share of the text, at its end, that is held out where no file says what is
 */
public record TextSettings(Tokens tokens, int vocabulary, int sequence, double holdout) {
    /** What a token is. */
    public enum Tokens {
        /** A character (Unicode code point) that the first chunk's text has. */
        CHARACTERS,
        /** A run of bytes, merged as the first chunk's text suggests. */
        BPE
    }

    /** Characters, 128 targets a sequence, a tenth held out. */
    public static final TextSettings STANDARD = new TextSettings(Tokens.CHARACTERS, 2048, 128, 0.1);

    public TextSettings {
        if (tokens == Tokens.BPE && vocabulary < BytePairs.BYTES) {
            throw new IllegalArgumentException(
                    "a byte-pair vocabulary has %d tokens or more, one for each byte, not %d"
                            .formatted(BytePairs.BYTES, vocabulary));
        }
        if (sequence < 1) {
            throw new IllegalArgumentException(
                    "a sequence has 1 target or more, not %d".formatted(sequence));
        }
        if (!(holdout > 0 && holdout < 1)) {
            throw new IllegalArgumentException(
                    "the holdout is a share of the text between 0 and 1, not " + holdout);
        }
    }
}
