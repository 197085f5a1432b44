package org.almaflow.local;

import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.Map;
import org.almaflow.observer.JsonLines;
import org.almaflow.observer.Metric;
import org.almaflow.observer.Observation;
import org.almaflow.observer.WatchFormat;

/**
 * Prints events as they come: tables, with a header each and another one where columns change, or
 * JSON lines.
 */
final class WatchPrinter {
    private final PrintWriter out;
    private final boolean json;
    private final boolean labelled;
    private final Map<Metric, WatchFormat> tables = new EnumMap<>(Metric.class);

    /**
     * @param labelled whether each row of a table begins with its topic's label
     */
    WatchPrinter(PrintWriter out, boolean json, boolean labelled) {
        this.out = out;
        this.json = json;
        this.labelled = labelled;
    }

    void print(Observation.Event event) {
        if (json) {
            out.println(JsonLines.line(event.metric(), event.value()));
            return;
        }
        String label = labelled ? String.format("%-14s", event.metric().label()) : "";
        WatchFormat table = tables.get(event.metric());
        if (table == null || !table.fits(event.value())) {
            table = WatchFormat.of(event.metric(), event.value(), ZoneId.systemDefault());
            tables.put(event.metric(), table);
            out.println(" ".repeat(label.length()) + table.header());
        }
        out.println(label + table.row(event.value()));
    }
}
