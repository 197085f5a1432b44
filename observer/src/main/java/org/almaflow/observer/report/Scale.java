package org.almaflow.observer.report;

import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * From where to where an axis goes.
 *
 * @param log whether equal ratios have equal lengths
 */
record Scale(double min, double max, boolean log) {
    private static final double DECADES_WITH_DIGITS = 2.6;
    private static final int TICKS = 8;
    private static final double NEAR = 1e-9;

    /** Equal differences have equal lengths. */
    static Scale linear(double min, double max) {
        return new Scale(min, max > min ? max : min + 1, false);
    }

    /** From zero to above the largest of the values. */
    static Scale fromZero(double... values) {
        return linear(0, 1.05 * largest(values, 1));
    }

    /** With some room below and above; not below zero when nothing is. */
    static Scale around(double min, double max) {
        double room = 0.08 * (max > min ? max - min : Math.max(1, Math.abs(max)));
        return linear(min < 0 ? min - room : Math.max(0, min - room), max + room);
    }

    /** From below the smallest positive of the values to above the largest. */
    static Scale log(double... values) {
        double min =
                DoubleStream.of(values).filter(v -> v > 0 && Double.isFinite(v)).min().orElse(1);
        double max = largest(values, 10);
        double room = Math.max(1.15, Math.pow(max / min, 0.05));
        return new Scale(min / room, max * room, true);
    }

    private static double largest(double[] values, double otherwise) {
        return DoubleStream.of(values)
                .filter(v -> v > 0 && Double.isFinite(v))
                .max()
                .orElse(otherwise);
    }

    /**
     * Round numbers at equal distances, some six of them, for an axis of equal differences.
     *
     * @param whole whether whole numbers only
     */
    double[] ticks(boolean whole) {
        double rough = (max - min) / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step =
                power
                        * DoubleStream.of(1, 2, 5, 10)
                                .filter(s -> s * power >= rough)
                                .min()
                                .orElse(10);
        double unit = whole ? Math.max(1, step) : step;
        long first = (long) Math.ceil(min / unit - NEAR);
        long last = (long) Math.floor(max / unit + NEAR);
        return LongStream.rangeClosed(first, last).mapToDouble(i -> i * unit).toArray();
    }

    /** Whether the axis has a place for it. */
    boolean holds(double value) {
        return Double.isFinite(value) && value >= min && value <= max;
    }

    /**
     * Whether a tick has a number: on a logarithmic axis of many decades their beginnings only, of
     * few also 2 and 5, and of less than one every digit that fits.
     */
    boolean isNumbered(double tick) {
        if (!log) {
            return true;
        }
        long digit = Math.round(tick / Math.pow(10, Math.floor(Math.log10(tick) + 1e-9)));
        double decades = Math.log10(max / min);
        return digit == 1
                || (decades < DECADES_WITH_DIGITS && (digit == 2 || digit == 5))
                || (decades < 1 && digit != 7 && digit != 9);
    }
}
