package org.almaflow.local;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.almaflow.producer.dataset.DatasetProgress;

/** Shows how fetching a data set goes on, a few times a second at most. */
final class DatasetConsole implements DatasetProgress {
    private static final long PAUSE_NANOS = 250_000_000L;
    private static final double MEGA = 1e6;

    private final Consumer<String> steps;
    private final Consumer<String> lines;
    private final LongSupplier nanoTime;
    private long shownAt;

    /**
     * A console.
     *
     * @param steps takes lines that may be replaced by the next one
     * @param lines takes lines that stay
     */
    DatasetConsole(Consumer<String> steps, Consumer<String> lines, LongSupplier nanoTime) {
        this.steps = steps;
        this.lines = lines;
        this.nanoTime = nanoTime;
        this.shownAt = nanoTime.getAsLong() - PAUSE_NANOS;
    }

    @Override
    public void trying(String dataset, String source) {
        steps.accept("fetching %s from %s".formatted(dataset, source));
    }

    @Override
    public void bytes(String what, long done, long total) {
        long now = nanoTime.getAsLong();
        if (done == total || now - shownAt >= PAUSE_NANOS) {
            shownAt = now;
            steps.accept(
                    total < 0
                            ? "fetching %s: %.1f MB".formatted(what, done / MEGA)
                            : "fetching %s: %.1f of %.1f MB"
                                    .formatted(what, done / MEGA, total / MEGA));
        }
    }

    @Override
    public void failed(String source, String reason) {
        lines.accept("%s did not help: %s".formatted(source, ErrorLine.oneLine(reason)));
    }
}
