package org.almaflow.observer;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;

/** Numbers for people, alike in every table; independent of the machine's locale. */
public final class Figures {
    private static final String[] UNITS = {"", " k", " M", " G", " T", " P", " E"};

    private Figures() {}

    /** A share as a percentage: {@code 5.31 %}; {@code –} when it is not known. */
    public static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** Three decimals; {@code –} when it is not known. */
    public static String decimal(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
    }

    /**
     * A number of any size: {@code 0.0312}, {@code 12}, {@code 3.4 M}; {@code –} when not known.
     */
    public static String figure(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        return value >= 1000
                ? count(Math.round(value))
                : BigDecimal.valueOf(value)
                        .round(new MathContext(3))
                        .stripTrailingZeros()
                        .toPlainString();
    }

    /** A count with a decimal prefix: {@code 25.0 G}. */
    public static String count(long value) {
        double scaled = value;
        int unit = 0;
        while (scaled >= 999.5 && unit < UNITS.length - 1) {
            scaled /= 1000;
            unit++;
        }
        String digits = unit == 0 || scaled >= 99.95 ? "%.0f" : "%.1f";
        return String.format(Locale.ROOT, digits, scaled) + UNITS[unit];
    }

    /** A time span: {@code 0.42 s}, {@code 12.3 s}, {@code 3:07 min}, {@code 2:03 h}. */
    public static String span(Duration span) {
        double seconds = span.toMillis() / 1e3;
        if (seconds < 9.995) {
            return String.format(Locale.ROOT, "%.2f s", seconds);
        }
        if (seconds < 59.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600
                ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
    }
}
