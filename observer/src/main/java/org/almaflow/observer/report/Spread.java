package org.almaflow.observer.report;

import java.util.Arrays;
import java.util.Locale;

/**
 * Mean and sample standard deviation of one figure over the learners of a group.
 *
 * @param sd NaN for less than two values
 */
public record Spread(double mean, double sd, int count) {
    /** Of these values; a NaN among them makes the mean NaN. */
    public static Spread of(double... values) {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        if (values.length < 2) {
            return new Spread(mean, Double.NaN, values.length);
        }
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return new Spread(mean, Math.sqrt(squares / (values.length - 1)), values.length);
    }

    /** Half the length of its error bar: 0 where there is no deviation. */
    double bar() {
        return Double.isNaN(sd) ? 0 : sd;
    }

    /**
     * For people: {@code 2.547 ± 0.126}.
     *
     * @param scale what to multiply by first
     */
    public String text(double scale, int decimals) {
        if (Double.isNaN(mean)) {
            return "–";
        }
        String number = "%." + decimals + "f";
        return Double.isNaN(sd) || (decimals == 0 && sd == 0)
                ? String.format(Locale.ROOT, number, scale * mean)
                : String.format(Locale.ROOT, number + " ± " + number, scale * mean, scale * sd);
    }
}
