package org.almaflow.observer.report;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.almaflow.schemas.Measure;

/**
 * One learner of one run.
 *
 * @param settings what the learner is set to, by key; empty when not recorded
 * @param measure what its errors are
 * @param untrainedError of the predictor before the first session; NaN when not recorded
 * @param points one an arrival, in order; at least one
 * @param decisions in order; empty when they were not recorded
 */
public record LearnerRun(
        String run,
        String id,
        String family,
        String waiting,
        Map<String, String> settings,
        long seed,
        Measure measure,
        double untrainedError,
        List<ArrivalPoint> points,
        List<DecisionPoint> decisions) {
    private static final Pattern EVERY = Pattern.compile("chunks: (\\d{1,9})");

    public LearnerRun {
        if (points.isEmpty()) {
            throw new IllegalArgumentException("learner " + id + " has no arrival");
        }
        settings = Map.copyOf(settings);
        points = List.copyOf(points);
        decisions = List.copyOf(decisions);
    }

    /** What is known after the newest arrival. */
    public ArrivalPoint last() {
        return points.get(points.size() - 1);
    }

    /** Cumulative error rate: the sum of the errors over the arrivals. */
    public double cer() {
        return points.stream().mapToDouble(ArrivalPoint::error).sum();
    }

    /** Arrivals between two sessions when the policy waits for a fixed number of chunks. */
    public OptionalLong fixedWait() {
        Matcher every = EVERY.matcher(waiting);
        return every.matches()
                ? OptionalLong.of(Long.parseLong(every.group(1)))
                : OptionalLong.empty();
    }

    /** Arrivals a session, on average; NaN before the first session. */
    public double meanWait() {
        return last().sessions() == 0 ? Double.NaN : (double) last().arrival() / last().sessions();
    }

    /** When its first chunk was complete. */
    public Instant begin() {
        return points.get(0).arrivedAt();
    }

    /** Mean seconds from an arrival until its predictor was available. */
    public double meanLag() {
        return points.stream().mapToDouble(ArrivalPoint::lagSeconds).average().orElseThrow();
    }
}
