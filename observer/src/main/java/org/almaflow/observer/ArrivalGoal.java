package org.almaflow.observer;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.almaflow.schemas.EvaluationEvent;

/**
 * Whether each watched learner was evaluated after an arrival, in the run that published last.
 * Evaluations may come in any order between learners, and any of them again.
 */
public final class ArrivalGoal {
    private static final long NONE = -1;

    private final long arrival;
    private final Set<String> wanted;
    private final Map<String, Map<String, Long>> runs = new HashMap<>();
    private Map<String, Long> newest;
    private long chunks;

    /**
     * @param learners those to wait for; none: every learner that publishes in the run
     */
    public ArrivalGoal(long arrival, Collection<String> learners) {
        this.arrival = arrival;
        this.wanted = Set.copyOf(learners);
        this.newest = waiting();
    }

    private Map<String, Long> waiting() {
        Map<String, Long> learners = new TreeMap<>();
        wanted.forEach(id -> learners.put(id, NONE));
        return learners;
    }

    /** Takes an evaluation into account. */
    public void add(EvaluationEvent event) {
        if (wanted.isEmpty() || wanted.contains(event.getLearner())) {
            newest = runs.computeIfAbsent(event.getRun(), run -> waiting());
            newest.merge(event.getLearner(), event.getArrival(), Math::max);
            chunks = event.getChunks();
        }
    }

    /** Whether each of them has it. */
    public boolean isReached() {
        return !newest.isEmpty() && newest.values().stream().allMatch(t -> t >= arrival);
    }

    /** Whether the stream ends before. */
    public boolean isBeyondEnd() {
        return chunks > 0 && arrival > chunks;
    }

    /** Arrivals that the stream will have; 0 when it has no end or nothing is known. */
    public long chunks() {
        return chunks;
    }

    /** Who has not reached it, for people. */
    public String missing() {
        List<String> behind =
                newest.entrySet().stream()
                        .filter(learner -> learner.getValue() < arrival)
                        .map(learner -> learner.getKey() + at(learner.getValue()))
                        .toList();
        return newest.isEmpty()
                ? "no learner has published an evaluation"
                : behind.stream().collect(Collectors.joining(", "));
    }

    private static String at(long arrival) {
        return arrival == NONE ? " has published nothing" : " is at arrival " + arrival;
    }
}
