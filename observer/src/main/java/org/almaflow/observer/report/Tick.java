package org.almaflow.observer.report;

import java.math.BigDecimal;
import java.math.MathContext;

/** How the numbers beside an axis are written: short, and as exact as the tick is. */
enum Tick {
    /** 1,000; nothing beside a tick between two whole numbers. */
    WHOLE("#,##0"),
    /** 2, 0.5, 12.25. */
    PLAIN("#,##0.####"),
    /** A share: 5 %. */
    PERCENT("#,##0.## %"),
    /** A count with its decimal prefix: 20 G. */
    COUNT("#,##0");

    private static final String[] UNITS = {"", " k", " M", " G", " T", " P", " E"};

    private final String pattern;

    Tick(String pattern) {
        this.pattern = pattern;
    }

    /** For an axis of equal differences, as {@link java.text.DecimalFormat} takes it. */
    String pattern() {
        return pattern;
    }

    /** One number, for an axis of equal ratios. */
    String text(double value) {
        return switch (this) {
            case WHOLE, PLAIN -> digits(value);
            case PERCENT -> digits(100 * value) + " %";
            case COUNT -> count(value);
        };
    }

    private static String digits(double value) {
        return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
    }

    private static String count(double value) {
        double scaled = value;
        int unit = 0;
        while (scaled >= 999.5 && unit < UNITS.length - 1) {
            scaled /= 1000;
            unit++;
        }
        return digits(scaled) + UNITS[unit];
    }
}
