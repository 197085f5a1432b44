package org.almaflow.observer.report;

/** The unit in which the longest span of a picture is easy to read. */
enum TimeUnit {
    SECONDS("seconds", 1),
    MINUTES("minutes", 60),
    HOURS("hours", 3600);

    private final String label;
    private final double seconds;

    TimeUnit(String label, double seconds) {
        this.label = label;
        this.seconds = seconds;
    }

    static TimeUnit of(double longestSeconds) {
        if (longestSeconds < 300) {
            return SECONDS;
        }
        return longestSeconds < 3 * 3600 ? MINUTES : HOURS;
    }

    String label() {
        return label;
    }

    /** So many of this unit. */
    double in(double inSeconds) {
        return inSeconds / seconds;
    }
}
