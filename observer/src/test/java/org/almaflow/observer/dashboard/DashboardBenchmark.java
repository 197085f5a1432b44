package org.almaflow.observer.dashboard;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What the page costs a browser: first paint and the time until 50 learners and 1,000 arrivals are
 * drawn, then its memory while arrivals come at a high rate. Arguments: minutes (10) and arrivals a
 * second (10).
 */
public final class DashboardBenchmark {
    static final int LEARNERS = 50;
    private static final int ARRIVALS = 1000;
    private static final int LOADS = 7;
    static final int WIDTH = 1440;
    static final int HEIGHT = 1000;
    private static final double MOST_PAINT_MILLIS = 1000;
    private static final double MOST_MEBIBYTES = 200;
    static final double MIB = 1 << 20;

    private boolean missed;

    private DashboardBenchmark() {}

    /** Runs it; exits with 1 when a requirement is missed. */
    public static void main(String[] args) throws IOException {
        if (TestingBrowser.absence().isPresent()) {
            System.out.println("SKIP dashboard: " + TestingBrowser.absence().get());
            return;
        }
        Logger.getLogger("org.openqa.selenium").setLevel(Level.SEVERE);
        int minutes = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int rate = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        DashboardBenchmark benchmark = new DashboardBenchmark();
        try (TestingBrowser browser =
                TestingBrowser.start(Files.createTempDirectory("alma-bench"))) {
            browser.size(WIDTH, HEIGHT);
            benchmark.loads(browser);
        }
        benchmark.memory(Duration.ofMinutes(minutes), rate);
        System.exit(benchmark.missed ? 1 : 0);
    }

    private void loads(TestingBrowser browser) {
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
                                browser,
                                "performance.getEntriesByName('first-contentful-paint')[0].startTime"));
                drawn.add(
                        number(
                                browser,
                                "performance.getEntriesByName('almaflow-drawn')[0].startTime"));
            }
            row(
                    "first paint, median of %d loads".formatted(LOADS),
                    median(paints),
                    "ms",
                    MOST_PAINT_MILLIS);
            row("first paint, slowest", Collections.max(paints), "ms", Double.NaN);
            row("50 learners x 1,000 arrivals drawn", median(drawn), "ms", Double.NaN);
            row("drawing the chart again", number(browser, redraw()), "ms", Double.NaN);
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
        PageMemory memory = new PageMemory(time, rate);
        Cursor seen = memory.measure(Files.createTempDirectory("alma-bench"));
        usages(memory.usages());
        told("the page saw what was there at the end", seen.version() >= memory.due().version());
    }

    private void usages(List<TestingLoneBrowser.Usage> usages) {
        TestingLoneBrowser.Usage last = usages.get(usages.size() - 1);
        row("the page's process, its own memory", last.own() / MIB, "MiB", MOST_MEBIBYTES);
        row("and its share of the browser's", last.all() / MIB, "MiB", MOST_MEBIBYTES);
        double most = usages.stream().mapToLong(TestingLoneBrowser.Usage::all).max().orElseThrow();
        row("the same, most at a full minute", most / MIB, "MiB", MOST_MEBIBYTES);
    }

    private static double number(TestingBrowser browser, String expression) {
        return browser.<Number>value(expression).doubleValue();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private void told(String what, boolean holds) {
        missed |= !holds;
        System.out.printf("%-42s %s%n", what, holds ? "PASS" : "FAIL");
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
