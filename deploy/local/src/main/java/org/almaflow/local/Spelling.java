package org.almaflow.local;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds what a misspelt word was meant to be. */
final class Spelling {
    private static final LevenshteinDistance EDITS = LevenshteinDistance.getDefaultInstance();

    private Spelling() {}

    /** Known words within two edits, or a third of a longer word's length; closest first. */
    static List<String> closest(String word, Collection<String> known) {
        int limit = Math.max(2, word.length() / 3);
        return known.stream()
                .filter(candidate -> EDITS.apply(word, candidate) <= limit)
                .sorted(
                        Comparator.comparingInt((String candidate) -> EDITS.apply(word, candidate))
                                .thenComparing(Comparator.naturalOrder()))
                .toList();
    }
}
