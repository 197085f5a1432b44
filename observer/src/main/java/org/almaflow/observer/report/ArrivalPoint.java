package org.almaflow.observer.report;

import java.time.Duration;
import java.time.Instant;

/**
 * One learner after one arrival. Errors are shares in [0, 1], NaN when they are not known; counts
 * are cumulative.
 *
 * @param trained whether the arrival opened a session
 * @param prequentialError of the arriving chunk, predicted before it was trained on
 * @param availableAt when the predictor that {@code error} belongs to was available
 */
public record ArrivalPoint(
        long arrival,
        boolean trained,
        double error,
        double prequentialError,
        long totalMacs,
        long sessions,
        Instant arrivedAt,
        Instant availableAt) {
    /** Seconds from the arrival until its predictor was available. */
    public double lagSeconds() {
        return Duration.between(arrivedAt, availableAt).toMillis() / 1e3;
    }
}
