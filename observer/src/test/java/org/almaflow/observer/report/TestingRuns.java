package org.almaflow.observer.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.almaflow.schemas.Measure;

/** Runs made up for tests: chunks come 10 s apart, each predictor is there 2 s later. */
final class TestingRuns {
    static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private TestingRuns() {}

    /** A point at arrival t whose compute so far is t billion MACs. */
    static ArrivalPoint point(long t, double error) {
        return new ArrivalPoint(
                t,
                true,
                error,
                Double.NaN,
                1_000_000_000L * t,
                t,
                START.plusSeconds(10 * t),
                START.plusSeconds(10 * t + 2));
    }

    static LearnerRun learner(String run, String id, long seed, double... errors) {
        return learner(run, id, "SM", "chunks: 1", seed, errors);
    }

    static LearnerRun learner(
            String run, String id, String family, String waiting, long seed, double... errors) {
        List<ArrivalPoint> points = new ArrayList<>();
        for (int i = 0; i < errors.length; i++) {
            points.add(point(i + 1, errors[i]));
        }
        return new LearnerRun(
                run, id, family, waiting, Map.of(), seed, Measure.ERROR, 0.9, points, List.of());
    }

    static LearnerRun withDecisions(LearnerRun learner, DecisionPoint... decisions) {
        return new LearnerRun(
                learner.run(),
                learner.id(),
                learner.family(),
                learner.waiting(),
                learner.settings(),
                learner.seed(),
                learner.measure(),
                learner.untrainedError(),
                learner.points(),
                List.of(decisions));
    }

    static LearnerRun withSettings(LearnerRun learner, Map<String, String> settings) {
        return new LearnerRun(
                learner.run(),
                learner.id(),
                learner.family(),
                learner.waiting(),
                settings,
                learner.seed(),
                learner.measure(),
                learner.untrainedError(),
                learner.points(),
                learner.decisions());
    }

    static LearnerRun measuredBy(LearnerRun learner, Measure measure) {
        return new LearnerRun(
                learner.run(),
                learner.id(),
                learner.family(),
                learner.waiting(),
                learner.settings(),
                learner.seed(),
                measure,
                learner.untrainedError(),
                learner.points(),
                learner.decisions());
    }

    static ReportRun run(String id, long chunks, LearnerRun... learners) {
        return new ReportRun(id, "small", "toy", "nowhere", chunks, List.of(learners), List.of());
    }
}
