package org.almaflow.observer.dashboard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What the page costs a browser: first paint and the time until 50 learners and 1,000 arrivals are
 * drawn, then its memory while arrivals come at a high rate. Arguments: minutes (10) and arrivals a
 * second (10).
 */
public final class DashboardBenchmark {
    private static final int LEARNERS = 50;
    private static final int ARRIVALS = 1000;
    private static final int LOADS = 7;
    private static final double MOST_PAINT_MILLIS = 1000;
    private static final double MOST_MEBIBYTES = 200;
    private static final double MIB = 1 << 20;

    private final TestingBrowser browser;
    private boolean missed;

    private DashboardBenchmark(TestingBrowser browser) {
        this.browser = browser;
    }

    /** Runs it; exits with 1 when a requirement is missed. */
    public static void main(String[] args) throws IOException {
        if (TestingBrowser.absence().isPresent()) {
            System.out.println("SKIP dashboard: " + TestingBrowser.absence().get());
            return;
        }
        Logger.getLogger("org.openqa.selenium").setLevel(Level.SEVERE);
        int minutes = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int rate = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        Path profile = Files.createTempDirectory("alma-browser");
        boolean missed;
        try (TestingBrowser browser = TestingBrowser.start(profile)) {
            browser.size(1440, 1000);
            DashboardBenchmark benchmark = new DashboardBenchmark(browser);
            benchmark.loads();
            benchmark.memory(Duration.ofMinutes(minutes), rate);
            missed = benchmark.missed;
        }
        System.exit(missed ? 1 : 0);
    }

    private void loads() {
        try (TestingServer server = new TestingServer()) {
            server.live();
            new TestingScene("run", LEARNERS, ARRIVALS, Instant.now())
                    .arrivals(0, ARRIVALS)
                    .forEach(server.board()::take);
            List<Double> paints = new ArrayList<>();
            List<Double> drawn = new ArrayList<>();
            for (int i = 0; i < LOADS; i++) {
                browser.driver().get("about:blank");
                browser.driver().get(server.address().toString());
                browser.until("performance.getEntriesByName('almaflow-drawn').length");
                paints.add(
                        number(
                                "performance.getEntriesByName('first-contentful-paint')[0].startTime"));
                drawn.add(number("performance.getEntriesByName('almaflow-drawn')[0].startTime"));
            }
            row(
                    "first paint, median of %d loads".formatted(LOADS),
                    median(paints),
                    "ms",
                    MOST_PAINT_MILLIS);
            row("first paint, slowest", Collections.max(paints), "ms", Double.NaN);
            row("50 learners x 1,000 arrivals drawn", median(drawn), "ms", Double.NaN);
            row("drawing the chart again", number(redraw()), "ms", Double.NaN);
        }
    }

    private static String redraw() {
        return """
        (() => {
          const begin = performance.now();
          for (let i = 0; i < 20; i++) almaflow.chart.update(almaflow.state);
          return (performance.now() - begin) / 20;
        })()\
        """;
    }

    private void memory(Duration time, int rate) throws IOException {
        try (TestingServer server = new TestingServer()) {
            server.live();
            TestingScene scene = new TestingScene("run", LEARNERS, 0, Instant.now());
            browser.driver().get(server.address().toString());
            browser.until("window.almaflow");
            browser.driver().executeScript(watchForDelays());
            long begin = System.nanoTime();
            long arrival = 0;
            double most = 0;
            while (System.nanoTime() - begin < time.toNanos()) {
                long due = (long) ((System.nanoTime() - begin) / 1e9 * rate);
                for (; arrival <= due; arrival++) {
                    scene.arrival(arrival, Instant.now()).forEach(server.board()::take);
                }
                if (arrival % (30L * rate) == 0) {
                    most = Math.max(most, browser.pageBytes() / MIB);
                }
                LockSupport.parkNanos(1_000_000_000L / rate / 2);
            }
            long last = arrival - 1;
            browser.until("almaflow.state.run && almaflow.state.run.arrival === " + last);
            System.out.printf(
                    Locale.ROOT,
                    "after %d min with %d arrivals a second of %d learners: %,d evaluations%n",
                    time.toMinutes(),
                    rate,
                    LEARNERS,
                    arrival * LEARNERS);
            double now = browser.pageBytes() / MIB;
            row(
                    "JavaScript heap in use",
                    number("performance.memory.usedJSHeapSize") / MIB,
                    "MiB",
                    MOST_MEBIBYTES);
            row("the page's process, its own memory", now, "MiB", MOST_MEBIBYTES);
            row("the same, most that was seen", Math.max(most, now), "MiB", MOST_MEBIBYTES);
            row(
                    "longest wait of the page for itself",
                    number("window.longest || 0"),
                    "ms",
                    Double.NaN);
        }
    }

    private static String watchForDelays() {
        return "window.longest = 0; new PerformanceObserver(list => { for (const e of"
                + " list.getEntries()) window.longest = Math.max(window.longest, e.duration);"
                + " }).observe({type: 'longtask'})";
    }

    private double number(String expression) {
        return browser.<Number>value(expression).doubleValue();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private void row(String what, double value, String unit, double most) {
        String verdict = "";
        if (!Double.isNaN(most)) {
            verdict = ", needs at most %.0f: %s".formatted(most, value <= most ? "PASS" : "FAIL");
            missed |= value > most;
        }
        System.out.printf(Locale.ROOT, "%-42s %8.1f %s%s%n", what, value, unit, verdict);
    }
}
