package org.almaflow.local;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what a misspelt word was meant to be. */
final class Spelling {
    private Spelling() {}

    /** Known words within two edits, or a third of a longer word's length; closest first. */
    static List<String> closest(String word, Collection<String> known) {
        int limit = Math.max(2, word.length() / 3);
        return known.stream()
                .filter(candidate -> edits(word, candidate) <= limit)
                .sorted(
                        Comparator.comparingInt((String candidate) -> edits(word, candidate))
                                .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** Levenshtein distance. */
    static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
