package org.almaflow.producer.dataset;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class NearName {
    private static final int FARTHEST = 2;

    private NearName() {}

    /** The nearest name at an edit distance of at most two. */
    static Optional<String> of(String typed, Collection<String> names) {
        String plain = KnownDataset.plain(typed);
        return names.stream()
                .filter(name -> distance(plain, KnownDataset.plain(name)) <= FARTHEST)
                .min(Comparator.comparingInt(name -> distance(plain, KnownDataset.plain(name))));
    }

    /** Levenshtein's. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
