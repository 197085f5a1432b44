package org.almaflow.learning.waiting;

import java.util.Comparator;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * Plans for the arrivals to come, and what each is expected to cost: train after waiting for some
 * more arrivals, then every time when the data has grown by some factor and it still pays.
 *
 * @param ahead arrivals to plan for, the newest one included
 * @param discount factor an arrival
 * @param chunk examples a chunk
 * @param price of the training on one example
 */
record Plans(
        ErrorCurve curve,
        Sessions sessions,
        double trained,
        double buffered,
        double chunk,
        long ahead,
        double discount,
        double price) {
    private static final double[] GROWTHS = {1, 1.1, 1.25, 1.5, 2, 3, Double.POSITIVE_INFINITY};
    private static final long FARTHEST = 2000;

    /** What a plan is expected to cost: the sum of errors and the price of its sessions. */
    record Plan(long delay, double growth, double total) {}

    static Plans of(WaitingView view, ErrorCurve curve, double price, long horizon) {
        boolean endless = view.chunks() <= 0;
        long far = horizon > 0 ? horizon : Math.max(10, view.arrival());
        long ahead = endless ? 4 * far : Math.max(1, view.chunks() - view.arrival() + 1);
        double chunk = (double) view.bufferedExamples() / Math.max(1, view.bufferedChunks());
        return new Plans(
                curve,
                Sessions.of(view.progress()),
                (double) view.trainedExamples(),
                (double) view.bufferedExamples(),
                chunk,
                Math.min(FARTHEST, ahead),
                endless ? 1 - 1.0 / far : 1,
                price / chunk);
    }

    double errorAfterTraining() {
        return curve.at(trained + buffered, sessions.size(buffered));
    }

    /** The best plan that trains after {@code delay} more arrivals. */
    Plan bestFrom(long delay) {
        return DoubleStream.of(GROWTHS)
                .mapToObj(growth -> new Plan(delay, growth, total(delay, growth)))
                .min(Comparator.comparingDouble(Plan::total))
                .orElseThrow();
    }

    /** The best plan that does not train now; delays are tried in steps of a fifth, and never. */
    Plan bestLater() {
        LongStream delays = LongStream.iterate(1, d -> d < ahead, d -> d + 1 + d / 5);
        return LongStream.concat(delays, LongStream.of(ahead))
                .mapToObj(this::bestFrom)
                .min(Comparator.comparingDouble(Plan::total))
                .orElseThrow();
    }

    private double total(long delay, double growth) {
        double total = 0;
        double weight = 1;
        double error = curve.current();
        double n = trained;
        double fresh = buffered;
        double last = sessions.lastExamples();
        for (long k = 0; k < ahead; k++) {
            if (k == delay || (k > delay && fresh >= (growth - 1) * n)) {
                double s = fresh + sessions.replay() * last;
                double better = curve.at(n + fresh, Math.min(n + fresh, s));
                if (k == delay || (error - better) * arrivals(ahead - k) > price * s) {
                    total += weight * price * s;
                    error = better;
                    n += fresh;
                    last = s;
                    fresh = 0;
                }
            }
            total += weight * error;
            weight *= discount;
            fresh += chunk;
        }
        return total;
    }

    /** So many arrivals, the later ones discounted. */
    private double arrivals(long count) {
        return discount == 1 ? count : (1 - Math.pow(discount, (double) count)) / (1 - discount);
    }
}
