package org.almaflow.learning.experiment;

import java.time.Duration;
import java.util.Locale;

/**
 * When the chunks of a simulated stream arrive.
 *
 * @param interval time between two arrivals (FIXED), or its mean (POISSON)
 * @param timetable CSV file of arrival times (TIMETABLE), else empty
 */
public record Arrival(Schedule schedule, Duration interval, String timetable) {
    /** Kind of schedule. */
    public enum Schedule {
        FIXED,
        POISSON,
        ASAP,
        TIMETABLE;

        /** As experiments and options write it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
