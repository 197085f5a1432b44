package org.almaflow.learning.waiting;

import java.math.BigDecimal;
import java.util.Locale;

/** Numbers as policies write them. */
final class Numbers {
    private Numbers() {}

    /** Exactly, and without an exponent or needless zeros, as YAML reads a number back. */
    static String text(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /** A share as a person reads it, such as 4.31 %. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    /** Three digits of a figure, such as 1.23e+09 or 0.0412. */
    static String brief(double number) {
        return String.format(Locale.ROOT, "%.3g", number);
    }
}
