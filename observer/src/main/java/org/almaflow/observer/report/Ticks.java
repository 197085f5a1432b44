package org.almaflow.observer.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** How numbers are written beside an axis: short, and as exact as the tick is. */
final class Ticks {
    private static final String[] UNITS = {"", " k", " M", " G", " T", " P", " E"};

    private Ticks() {}

    /** 2, 0.5, 12.25. */
    static String plain(double value) {
        return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
    }

    /** A share: 5 %. */
    static String percent(double share) {
        return plain(100 * share) + " %";
    }

    /** A count with its decimal prefix: 20 G. */
    static String count(double value) {
        double scaled = value;
        int unit = 0;
        while (scaled >= 999.5 && unit < UNITS.length - 1) {
            scaled /= 1000;
            unit++;
        }
        return plain(scaled) + UNITS[unit];
    }

    /** Whole numbers only; nothing beside a tick between two of them. */
    static String whole(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%.0f", value) : " ";
    }
}
