package org.almaflow.local;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.almaflow.observer.ProgressLines;
import org.almaflow.observer.RunLedger;
import org.almaflow.observer.RunTable;
import org.almaflow.schemas.DeadLetter;
import org.apache.avro.specific.SpecificRecord;

/** A table that is drawn again in its place; what is said stays above it. */
final class LiveDisplay implements Display {
    private static final long REDRAW_NANOS = 200_000_000L;
    private static final long MEASURE_NANOS = 2_000_000_000L;
    private static final String CLEAR_LINE = "\r\u001b[2K";
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final IntSupplier columns;
    private final LongSupplier nanoTime;
    private int width;
    private long measuredAt;
    private long drawnAt;
    private List<String> drawn = List.of();

    /**
     * A display.
     *
     * @param columns asks how wide the screen is now
     * @param nanoTime clock that limits how often is drawn
     */
    LiveDisplay(PrintWriter out, IntSupplier columns, LongSupplier nanoTime) {
        this.out = out;
        this.columns = columns;
        this.nanoTime = nanoTime;
        this.width = columns.getAsInt();
        this.measuredAt = nanoTime.getAsLong();
        this.drawnAt = measuredAt - REDRAW_NANOS;
    }

    @Override
    public void say(String line) {
        List<String> below = drawn;
        erase();
        out.println(line);
        draw(below);
    }

    @Override
    public void step(String line) {
        erase();
        draw(List.of(DIM + cut(line) + PLAIN));
    }

    @Override
    public void event(SpecificRecord event) {
        if (event instanceof DeadLetter) {
            ProgressLines.line(event).ifPresent(this::say);
        }
    }

    @Override
    public void tick(RunLedger ledger, String headline) {
        long now = nanoTime.getAsLong();
        if (now - drawnAt < REDRAW_NANOS) {
            return;
        }
        if (now - measuredAt > MEASURE_NANOS) {
            width = columns.getAsInt();
            measuredAt = now;
        }
        drawnAt = now;
        erase();
        draw(table(ledger, headline));
    }

    private List<String> table(RunLedger ledger, String headline) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(cut(headline));
        List<String> table = RunTable.progress(ledger, width - 1);
        lines.add(BOLD + table.get(0) + PLAIN);
        lines.addAll(table.subList(1, table.size()));
        return lines;
    }

    private String cut(String line) {
        return line.length() < width ? line : line.substring(0, width - 2) + "…";
    }

    private void erase() {
        if (!drawn.isEmpty()) {
            out.printf("\u001b[%dA", drawn.size());
            out.print(CLEAR_LINE + CLEAR_BELOW);
            drawn = List.of();
        }
    }

    private void draw(List<String> lines) {
        lines.forEach(out::println);
        out.flush();
        drawn = List.copyOf(lines);
    }

    /** A table stays where it is; a line about something that goes on is wiped. */
    @Override
    public void rest() {
        if (drawn.size() == 1) {
            erase();
            out.flush();
        }
        drawn = List.of();
    }
}
