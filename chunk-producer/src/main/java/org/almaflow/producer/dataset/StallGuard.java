package org.almaflow.producer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Closes a stream from which nothing has come for too long, so that its blocked reader returns.
 * Owns one daemon thread until it is closed.
 */
final class StallGuard implements AutoCloseable {
    private final InputStream stream;
    private final Duration limit;
    private final ScheduledExecutorService clock;
    private volatile long lastByte = System.nanoTime();
    private volatile boolean stalled;

    StallGuard(InputStream stream, Duration limit) {
        this.stream = stream;
        this.limit = limit;
        this.clock =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread thread = new Thread(task, "download-stall-guard");
                            thread.setDaemon(true);
                            return thread;
                        });
        long period = Math.max(1, limit.toMillis() / 4);
        var unused = clock.scheduleAtFixedRate(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    /** The reader has got bytes. */
    void alive() {
        lastByte = System.nanoTime();
    }

    /**
     * @throws IOException when this guard closed the stream
     */
    void check() throws IOException {
        if (stalled) {
            throw new IOException("nothing came for " + Download.seconds(limit));
        }
    }

    private void look() {
        if (!stalled && System.nanoTime() - lastByte > limit.toNanos()) {
            stalled = true;
            try {
                stream.close();
            } catch (IOException e) {
                // The reader notices by itself: this stream is being given up.
                return;
            }
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
