package org.almaflow.local;

import java.io.PrintWriter;
import org.almaflow.observer.ProgressLines;
import org.almaflow.observer.RunLedger;
import org.apache.avro.specific.SpecificRecord;

/** One line after the other, for files and pipes. */
final class PlainDisplay implements Display {
    private final PrintWriter out;
    private final boolean progress;

    /**
     * A display.
     *
     * @param progress whether to show more than what is said
     */
    PlainDisplay(PrintWriter out, boolean progress) {
        this.out = out;
        this.progress = progress;
    }

    @Override
    public void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void step(String line) {
        if (progress) {
            say(line);
        }
    }

    @Override
    public void event(SpecificRecord event) {
        ProgressLines.line(event).ifPresent(this::step);
    }

    @Override
    public void tick(RunLedger ledger, String headline) {}

    @Override
    public void rest() {}
}
