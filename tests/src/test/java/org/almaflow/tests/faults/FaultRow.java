package org.almaflow.tests.faults;

import java.util.List;
import java.util.Locale;
import org.almaflow.tests.faults.RepeatedWork.Work;

/**
 * A line of the table.
 *
 * @param recovery seconds from the fault until a checkpoint that began after it was complete
 * @param age seconds since the last complete checkpoint had begun when the fault came
 * @param work what was done again
 * @param problems why the run is not what the oracle expects, did not recover, or repeated more
 *     than a checkpoint interval; empty when all is well
 */
record FaultRow(
        String fault, String phase, double recovery, double age, Work work, List<String> problems) {
    static String header() {
        return line(
                "fault",
                "phase",
                "recovery s",
                "checkpoint age s",
                "steps repeated",
                "of at most",
                "in outage",
                "oracle equal");
    }

    boolean good() {
        return problems.isEmpty();
    }

    @Override
    public String toString() {
        return line(
                fault,
                phase,
                String.format(Locale.ROOT, "%.1f", recovery),
                String.format(Locale.ROOT, "%.1f", age),
                Long.toString(work.repeated()),
                Long.toString(work.atMost()),
                Long.toString(work.inOutage()),
                good() ? "yes" : "no");
    }

    private static String line(Object... cells) {
        return "%-47s %-12s %10s %16s %14s %10s %9s  %s".formatted(cells);
    }
}
