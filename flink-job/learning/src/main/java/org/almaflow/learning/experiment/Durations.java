package org.almaflow.learning.experiment;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 500ms}, {@code 2s}, {@code 1.5m}, {@code 1h}, {@code 0}.
 */
public final class Durations {
    private static final Pattern FORM =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h|d)?", Pattern.CASE_INSENSITIVE);

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException with what would be right
     */
    public static Duration parse(String text) {
        Matcher m = FORM.matcher(text.strip());
        if (!m.matches() || (m.group(2) == null && Double.parseDouble(m.group(1)) != 0)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a duration such as 500ms, 2s, 1m or 0");
        }
        double nanos = Double.parseDouble(m.group(1)) * nanos(m.group(2));
        if (nanos >= Long.MAX_VALUE) {
            throw new IllegalArgumentException("'" + text + "' is longer than 292 years");
        }
        return Duration.ofNanos(Math.round(nanos));
    }

    private static double nanos(String unit) {
        return switch (unit == null ? "s" : unit.toLowerCase(Locale.ROOT)) {
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "m" -> 60e9;
            case "h" -> 3600e9;
            default -> 86_400e9;
        };
    }
}
