package org.almaflow.observer.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One run as a report sees it.
 *
 * @param source where it was read, for people
 * @param chunks arrivals its stream has; 0 when it has no end or that is not known
 * @param notes sentences on what could not be read
 */
public record ReportRun(
        String id,
        String experiment,
        String stream,
        String source,
        long chunks,
        List<LearnerRun> learners,
        List<String> notes) {
    public ReportRun {
        learners = List.copyOf(learners);
        notes = List.copyOf(notes);
    }

    /** When its last predictor was available. */
    public Instant end() {
        return learners.stream()
                .map(learner -> learner.last().availableAt())
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /** Sentences on what a whole run would have and this one has not. */
    public List<String> missing() {
        List<String> missing = new ArrayList<>(notes);
        for (LearnerRun learner : learners) {
            if (chunks > 0 && learner.last().arrival() < chunks) {
                missing.add(
                        "Run %s is not finished: learner %s was evaluated after %d of %d arrivals."
                                .formatted(id, learner.id(), learner.last().arrival(), chunks));
            } else if (learner.points().size() < learner.last().arrival()) {
                missing.add(
                        "Run %s: %d of the %d arrivals of learner %s are missing; its CER is too low."
                                .formatted(
                                        id,
                                        learner.last().arrival() - learner.points().size(),
                                        learner.last().arrival(),
                                        learner.id()));
            }
        }
        return missing;
    }
}
