package org.almaflow.observer.dashboard;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Memory of a page that is alone with its server while arrivals come at a rate: what a driver keeps
 * of a browser would be measured with it. For one measurement.
 */
final class PageMemory {
    /** What a page may be late. */
    private static final Duration BEHIND = Duration.ofSeconds(5);

    private final Duration time;
    private final int rate;
    private final List<TestingLoneBrowser.Usage> usages = new ArrayList<>();
    private Cursor due = Cursor.NONE;

    PageMemory(Duration time, int rate) {
        this.time = time;
        this.rate = rate;
    }

    /**
     * Takes the time; prints a line a minute.
     *
     * @param profile the browser's
     * @return what the page saw last, as it says itself when its stream breaks
     */
    Cursor measure(Path profile) throws IOException {
        TestingServer server = new TestingServer();
        try (TestingReturn comesBack = new TestingReturn(server.address());
                TestingLoneBrowser page =
                        TestingLoneBrowser.open(
                                server.address(),
                                DashboardBenchmark.WIDTH,
                                DashboardBenchmark.HEIGHT,
                                profile)) {
            arrivals(server, page);
            server.close();
            return comesBack.seen();
        } finally {
            server.close();
        }
    }

    /** Of the page at every full minute. */
    List<TestingLoneBrowser.Usage> usages() {
        return usages;
    }

    /** What the page has to have seen: what there was at the last full minute. */
    Cursor due() {
        return due;
    }

    private void arrivals(TestingServer server, TestingLoneBrowser page) throws IOException {
        server.live();
        TestingScene scene = new TestingScene("run", DashboardBenchmark.LEARNERS, 0, Instant.now());
        long begin = System.nanoTime();
        for (long arrival = 0; arrival <= time.plus(BEHIND).toSeconds() * rate; arrival++) {
            while (System.nanoTime() - begin < arrival * 1e9 / rate) {
                LockSupport.parkNanos(1_000_000);
            }
            scene.arrival(arrival, Instant.now()).forEach(server.board()::take);
            if (arrival > 0 && arrival % (60L * rate) == 0) {
                due = server.newest();
                usages.add(page.usage());
                minute(arrival);
            }
        }
    }

    private void minute(long arrivals) {
        TestingLoneBrowser.Usage usage = usages.get(usages.size() - 1);
        System.out.printf(
                Locale.ROOT,
                "minute %2d: %,9d evaluations, %6.1f MiB of its own, %6.1f MiB with its share,"
                        + " %5.1f s computed%n",
                usages.size(),
                arrivals * DashboardBenchmark.LEARNERS,
                usage.own() / DashboardBenchmark.MIB,
                usage.all() / DashboardBenchmark.MIB,
                usage.computed().toMillis() / 1e3);
    }
}
