package org.almaflow.learning.experiment;

import java.util.Locale;

/**
 * How a stream of text is made of its files.
 *
 * @param vocabulary tokens of a byte-pair vocabulary, at most
 * @param sequence targets of one sequence
 * @param holdout share of the text that is held out where no file says what is
 */
public record TextSpec(Tokens tokens, int vocabulary, int sequence, double holdout) {
    /** What a token is. */
    public enum Tokens {
        CHARACTERS,
        BPE;

        /** As experiments and options write it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
