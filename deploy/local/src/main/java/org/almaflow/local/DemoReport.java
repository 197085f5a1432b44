package org.almaflow.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.observer.Figures;
import org.almaflow.observer.Observation;
import org.almaflow.observer.RunLedger;
import org.almaflow.observer.RunTable;
import org.almaflow.observer.report.Report;
import org.almaflow.observer.report.ReportRun;
import org.almaflow.observer.report.ReportRuns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a demo tells a person: while it runs, at the end, and in its files. */
final class DemoReport {
    private static final Logger LOG = LoggerFactory.getLogger(DemoReport.class);
    private static final int BAR = 20;
    private static final String REPORT = "report";

    private final Experiment experiment;
    private final RunLedger ledger;
    private final OutFolder out;
    private final Display display;
    private final IntSupplier width;
    private final long startedAt = System.nanoTime();

    DemoReport(
            Experiment experiment, String run, OutFolder out, Display display, IntSupplier width) {
        this.experiment = experiment;
        this.ledger =
                new RunLedger(
                        run,
                        experiment.stream().name(),
                        experiment.learners().stream().map(LearnerSpec::id).toList());
        this.ledger.expect(experiment.stream().loop() ? 0 : experiment.stream().chunks());
        this.out = out;
        this.display = display;
        this.width = width;
        Thread prepare = new Thread(Report::prepare, "report");
        prepare.setDaemon(true);
        prepare.start();
    }

    Display display() {
        return display;
    }

    /** Whether everything that is to come has come. */
    boolean complete() {
        return ledger.complete();
    }

    void take(Observation seen) {
        if (seen instanceof Observation.Unreadable unreadable) {
            display.say(
                    "skipped %s: %s"
                            .formatted(unreadable.place(), ErrorLine.oneLine(unreadable.reason())));
        } else if (seen instanceof Observation.Event event && ledger.add(event.value())) {
            display.event(event.value());
        }
    }

    /** Shows the table with what the producer has sent so far. */
    void tick(long produced) {
        display.tick(ledger, headline(produced));
    }

    private String headline(long produced) {
        long chunks = experiment.stream().loop() ? 0 : experiment.stream().chunks();
        long slowest = ledger.learners().stream().mapToLong(l -> l.arrivals()).min().orElse(0);
        String bar = chunks == 0 ? "" : bar((double) slowest / chunks) + "  ";
        String sent = chunks == 0 ? String.valueOf(produced) : produced + "/" + chunks;
        int letters = ledger.deadLetters().size();
        return "%s  %schunks sent %s  %s%s"
                .formatted(
                        experiment.name(),
                        bar,
                        sent,
                        Figures.span(Duration.ofNanos(System.nanoTime() - startedAt)),
                        letters == 0 ? "" : "  dead letters %d".formatted(letters));
    }

    static String bar(double share) {
        int full = (int) Math.floor(share * BAR);
        return "█".repeat(full) + "░".repeat(BAR - full);
    }

    /** Writes the files and says what is in them. */
    void finish() {
        display.rest();
        List<Path> written = out.files().write(ledger);
        display.say("");
        display.say(
                "%s: %d of %s arrivals in %s"
                        .formatted(
                                experiment.name(),
                                ledger.arrivals(),
                                experiment.stream().loop()
                                        ? "an endless stream's"
                                        : String.valueOf(experiment.stream().chunks()),
                                Figures.span(Duration.ofNanos(System.nanoTime() - startedAt))));
        if (ledger.arrivals() > 0) {
            RunTable.summary(ledger, width.getAsInt()).forEach(display::say);
        }
        RunTable.letters(ledger).ifPresent(display::say);
        display.say("");
        display.say("written to " + out.folder());
        written.forEach(path -> display.say("  " + path.getFileName()));
        models().forEach(line -> display.say("  " + line));
        page().forEach(line -> display.say("  " + line));
    }

    /** The page with pictures; a run without an arrival has none. */
    private List<String> page() {
        if (ledger.arrivals() == 0) {
            return List.of();
        }
        try {
            ReportRun run = ReportRuns.of(ledger, out.folder().toString());
            Path page = new Report(List.of(run)).write(out.folder().resolve(REPORT));
            return List.of(out.folder().relativize(page).toString());
        } catch (RuntimeException e) {
            LOG.error("The report failed", e);
            return List.of(
                    "no report (%s); make it with 'alma report --from %s --out DIR'"
                            .formatted(e.getMessage(), out.folder()));
        }
    }

    private List<String> models() {
        Path models = out.folder().resolve("models");
        try (Stream<Path> all = Files.walk(models)) {
            long count = all.filter(Files::isRegularFile).count();
            return List.of("models (%d files)".formatted(count));
        } catch (IOException e) {
            return List.of();
        }
    }
}
