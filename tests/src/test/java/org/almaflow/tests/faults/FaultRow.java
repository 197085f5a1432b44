package org.almaflow.tests.faults;

import java.util.List;
import java.util.Locale;

/**
 * A line of the table.
 *
 * @param recovery seconds from the fault until a checkpoint that began after it was complete
 * @param repeated steps that were done between the last checkpoint and the fault, and once more
 * @param inVain steps of tasks that the fault left running until they noticed, done once more
 * @param problems why the run is not what the oracle expects, or did not recover; empty when all is
 *     well
 */
record FaultRow(
        String fault,
        String phase,
        double recovery,
        long repeated,
        long inVain,
        List<String> problems) {
    static String header() {
        return line("fault", "phase", "recovery s", "steps repeated", "in outage", "oracle equal");
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
                Long.toString(repeated),
                Long.toString(inVain),
                good() ? "yes" : "no");
    }

    private static String line(
            String fault,
            String phase,
            String recovery,
            String repeated,
            String inVain,
            String equal) {
        return "%-48s %-18s %10s %15s %10s  %s"
                .formatted(fault, phase, recovery, repeated, inVain, equal);
    }
}
