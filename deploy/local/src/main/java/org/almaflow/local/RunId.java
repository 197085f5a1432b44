package org.almaflow.local;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Makes ids of runs: the experiment, when it began, and what keeps two of one second apart. */
final class RunId {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    private static final int LONGEST_NAME = 60;

    private RunId() {}

    static String of(String experiment, Clock clock) {
        String name = experiment.substring(0, Math.min(LONGEST_NAME, experiment.length()));
        int distinct = new SecureRandom().nextInt(1 << 16);
        return "%s-%s-%04x".formatted(name, STAMP.format(LocalDateTime.now(clock)), distinct);
    }
}
