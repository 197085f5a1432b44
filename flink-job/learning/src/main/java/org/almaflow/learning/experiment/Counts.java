package org.almaflow.learning.experiment;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Large counts as people write them: {@code 50M}, {@code 1.5G}, {@code 20000}. */
final class Counts {
    private static final Pattern FORM =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kMGT])?", Pattern.CASE_INSENSITIVE);

    private Counts() {}

    /**
     * Reads a whole number.
     *
     * @param value a text or a number
     * @throws IllegalArgumentException with what would be right
     */
    static long parse(Object value) {
        String text = value instanceof Double d ? new BigDecimal(d).toPlainString() : value + "";
        Matcher m = FORM.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException(
                    "'" + value + "' is not a count such as 20000, 50M or 1.5G");
        }
        try {
            return new BigDecimal(m.group(1))
                    .multiply(BigDecimal.valueOf(unit(m.group(2))))
                    .longValueExact();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'" + value + "' is not a whole number below 2^63", e);
        }
    }

    private static long unit(String suffix) {
        return switch (suffix == null ? "" : suffix.toLowerCase(Locale.ROOT)) {
            case "k" -> 1_000L;
            case "m" -> 1_000_000L;
            case "g" -> 1_000_000_000L;
            case "t" -> 1_000_000_000_000L;
            default -> 1;
        };
    }
}
