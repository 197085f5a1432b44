package org.almaflow.observer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which group looks how, alike in every picture: those with the least CER are told apart by colour,
 * dashes and marker, the rest is grey. When there are no more groups than looks, each has its own,
 * in the order in which they came.
 */
final class Cast {
    private final Map<LearnerGroup, Palette.Style> distinct = new HashMap<>();
    private final List<LearnerGroup> starring;
    private final List<LearnerGroup> others;

    Cast(List<LearnerGroup> groups) {
        List<LearnerGroup> best = new ArrayList<>(groups);
        if (groups.size() > Palette.DISTINCT) {
            best.sort(Comparator.comparingDouble(group -> group.cer().mean()));
        }
        starring = best.subList(0, Math.min(Palette.DISTINCT, best.size()));
        others = best.subList(starring.size(), best.size());
        for (LearnerGroup group : starring) {
            distinct.put(group, Palette.style(distinct.size()));
        }
    }

    /** Those that are told apart. */
    List<LearnerGroup> starring() {
        return starring;
    }

    List<LearnerGroup> others() {
        return others;
    }

    Palette.Style style(LearnerGroup group) {
        return distinct.getOrDefault(group, Palette.others());
    }

    /** Name of the grey ones; empty when there are none. */
    Optional<String> othersLabel() {
        return others.isEmpty() ? Optional.empty() : Optional.of(others(others.size()));
    }

    static String others(int count) {
        return count == 1 ? "1 other" : count + " others";
    }

    /** A sentence on the grey ones, for captions; empty when there are none. */
    String note() {
        return others.isEmpty()
                ? ""
                : " Of %d groups the %d with the least CER are named; the rest is grey."
                        .formatted(starring.size() + others.size(), starring.size());
    }
}
