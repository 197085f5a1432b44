package org.almaflow.learning.growth;

import java.util.Comparator;
import java.util.List;

/**
 * A candidate with the derivative of the loss by its gate: about what adding it does to the loss.
 */
record ScoredCandidate(Candidate candidate, double score) {
    /** The most negative ones, the first of equal ones; one whose score is no number comes last. */
    static List<ScoredCandidate> best(List<ScoredCandidate> all, int count) {
        return all.stream()
                .sorted(Comparator.comparingDouble(ScoredCandidate::score))
                .limit(count)
                .toList();
    }
}
