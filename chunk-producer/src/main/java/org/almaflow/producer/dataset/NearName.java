package org.almaflow.producer.dataset;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the name that was probably meant. */
final class NearName {
    private static final int FARTHEST = 2;
    private static final LevenshteinDistance EDITS = LevenshteinDistance.getDefaultInstance();

    private NearName() {}

    /** The nearest name at an edit distance of at most two. */
    static Optional<String> of(String typed, Collection<String> names) {
        String plain = KnownDataset.plain(typed);
        return names.stream()
                .filter(name -> EDITS.apply(plain, KnownDataset.plain(name)) <= FARTHEST)
                .min(Comparator.comparingInt(name -> EDITS.apply(plain, KnownDataset.plain(name))));
    }
}
