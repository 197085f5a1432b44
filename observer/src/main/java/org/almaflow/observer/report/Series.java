package org.almaflow.observer.report;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Points of a curve. */
record Series(double[] x, double[] y) {
    /** One figure of one learner over its arrivals. */
    static Series overArrivals(LearnerRun learner, ToDoubleFunction<ArrivalPoint> figure) {
        return of(learner.points(), p -> (double) p.arrival(), figure);
    }

    static Series of(
            List<ArrivalPoint> points,
            ToDoubleFunction<ArrivalPoint> x,
            ToDoubleFunction<ArrivalPoint> y) {
        return new Series(
                points.stream().mapToDouble(x).toArray(), points.stream().mapToDouble(y).toArray());
    }

    /** The mean over a group's learners, at arrivals that any of them has. */
    static Series mean(LearnerGroup group, ToDoubleFunction<ArrivalPoint> figure) {
        TreeMap<Long, DoubleStream.Builder> byArrival = new TreeMap<>();
        for (LearnerRun learner : group.learners()) {
            for (ArrivalPoint point : learner.points()) {
                byArrival
                        .computeIfAbsent(point.arrival(), t -> DoubleStream.builder())
                        .add(figure.applyAsDouble(point));
            }
        }
        return new Series(
                byArrival.keySet().stream().mapToDouble(t -> t).toArray(),
                byArrival.values().stream()
                        .mapToDouble(values -> Spread.of(values.build().toArray()).mean())
                        .toArray());
    }

    /** A curve that holds each value until the next one. */
    static Series steps(AnytimeError curve, TimeUnit unit) {
        int count = curve.steps().size();
        double[] x = new double[2 * count];
        double[] y = new double[2 * count];
        for (int i = 0; i < count; i++) {
            AnytimeError.Step step = curve.steps().get(i);
            double until = i + 1 < count ? curve.steps().get(i + 1).seconds() : curve.end();
            x[2 * i] = unit.in(step.seconds());
            x[2 * i + 1] = unit.in(until);
            y[2 * i] = step.error();
            y[2 * i + 1] = step.error();
        }
        return new Series(x, y);
    }

    /** The y of this x; NaN where there is none. */
    double at(double wanted) {
        int i = Arrays.binarySearch(x, wanted);
        return i < 0 ? Double.NaN : y[i];
    }

    /** The last y that is known; NaN when none is. */
    double end() {
        for (int i = y.length - 1; i >= 0; i--) {
            if (!Double.isNaN(y[i])) {
                return y[i];
            }
        }
        return Double.NaN;
    }

    static double[] all(List<Series> series, Function<Series, double[]> which) {
        return series.stream().flatMapToDouble(s -> DoubleStream.of(which.apply(s))).toArray();
    }

    static double[] joined(double[] one, double[] other) {
        return Stream.of(one, other).flatMapToDouble(DoubleStream::of).toArray();
    }
}
