package org.almaflow.observer.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The error of the newest available predictor as a step function of real time, which starts at the
 * learner's first arrival. Unlike CER it counts the time that training took: until a session ends,
 * the old model answers. Before the first predictor the untrained one does; where its error was not
 * recorded, the curve begins with the first predictor.
 *
 * @param steps by time; each holds until the next
 * @param end seconds at which the curve ends
 */
public record AnytimeError(List<Step> steps, double end) {
    /** From {@code seconds} on the error is {@code error}. */
    public record Step(double seconds, double error) {}

    public AnytimeError {
        steps = List.copyOf(steps);
    }

    /**
     * The learner's curve.
     *
     * @param end where it ends; the last predictor holds until then
     */
    public static AnytimeError of(LearnerRun learner, Instant end) {
        Instant begin = learner.begin();
        List<Step> steps = new ArrayList<>();
        if (!Double.isNaN(learner.untrainedError())) {
            steps.add(new Step(0, learner.untrainedError()));
        }
        for (ArrivalPoint point : learner.points()) {
            steps.add(new Step(seconds(begin, point.availableAt()), point.error()));
        }
        return new AnytimeError(steps, seconds(begin, end));
    }

    private static double seconds(Instant begin, Instant at) {
        return Duration.between(begin, at).toNanos() / 1e9;
    }

    /** The integral of the error over time: seconds of error 1. */
    public double integral() {
        double sum = 0;
        for (int i = 0; i < steps.size(); i++) {
            double until = i + 1 < steps.size() ? steps.get(i + 1).seconds() : end;
            sum += Math.max(0, until - steps.get(i).seconds()) * steps.get(i).error();
        }
        return sum;
    }

    /** The integral by its length in time; the only error when no time passed. */
    public double mean() {
        double length = end - steps.get(0).seconds();
        return length > 0 ? integral() / length : steps.get(steps.size() - 1).error();
    }
}
