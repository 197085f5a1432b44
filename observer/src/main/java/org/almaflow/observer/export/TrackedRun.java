package org.almaflow.observer.export;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * One run as programs see it that track experiments.
 *
 * @param experiment its name; empty when it is not recorded
 */
public record TrackedRun(
        String id, String experiment, String stream, List<TrackedRun.Learner> learners) {
    public TrackedRun {
        learners = List.copyOf(learners);
    }

    /**
     * One learner.
     *
     * @param params what it was made of, such as {@code family} and {@code wait}
     * @param points by arrival; at least one
     * @param models files of its snapshots, in order
     * @param finished whether it was evaluated after the stream's last arrival
     */
    public record Learner(
            String id,
            SortedMap<String, String> params,
            List<Point> points,
            List<ModelRef> models,
            boolean finished) {
        public Learner {
            points = List.copyOf(points);
            models = List.copyOf(models);
        }

        /** When its first predictor was available. */
        public Instant begin() {
            return points.get(0).at();
        }

        /** When its newest predictor was available. */
        public Instant end() {
            return points.get(points.size() - 1).at();
        }
    }

    /**
     * Its metrics after one arrival; what is not known is left out.
     *
     * @param at when the predictor was available
     */
    public record Point(long arrival, Instant at, Map<String, Double> metrics) {}

    /**
     * A file of a snapshot.
     *
     * @param version of the snapshot; 0 when it is not recorded
     * @param network its network spec as JSON
     */
    public record ModelRef(long version, int member, String path, String sha256, String network) {}
}
