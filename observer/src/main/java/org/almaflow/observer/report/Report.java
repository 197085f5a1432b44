package org.almaflow.observer.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.observer.Figures;
import org.almaflow.observer.RunFiles;

/**
 * A report on one or several runs: a page, {@code index.html}, with the pictures and tables in it,
 * and beside it each picture as PNG and SVG and each table as CSV.
 */
public final class Report {
    /** Name of the page. */
    public static final String PAGE = "index.html";

    private final ReportModel model;
    private final List<Figure> figures;

    /**
     * On these runs.
     *
     * @throws ReportException when there is nothing to report yet
     */
    public Report(List<ReportRun> runs) {
        model = ReportModel.of(runs);
        figures = figures(new Tables(model));
    }

    private List<Figure> figures(Tables tables) {
        Cast cast = new Cast(model.groups());
        CurvePlots curves = new CurvePlots(model, cast);
        ComparisonPlots comparisons = new ComparisonPlots(model, cast);
        List<Figure> all = new ArrayList<>();
        all.add(
                new Figure(
                        curves.error(),
                        tables.sampled("error", ArrivalPoint::error, model.wording()::text),
                        "arrivals.csv"));
        if (curves.hasPrequential()) {
            all.add(
                    new Figure(
                            curves.prequential(),
                            tables.sampled(
                                    "prequential",
                                    ArrivalPoint::prequentialError,
                                    model.wording()::text),
                            "arrivals.csv"));
        }
        all.add(new Figure(new WaitingPlot(model).plot(), tables.summary(), "groups.csv"));
        all.add(new Figure(comparisons.errorAgainstCompute(), tables.summary(), "groups.csv"));
        all.add(new Figure(comparisons.cerAgainstCompute(), tables.summary(), "groups.csv"));
        all.add(new Figure(curves.wallClock(), tables.overTime(), "error-over-time.csv"));
        all.add(new Figure(new DecisionPlot(model).plot(), tables.decisions(), "decisions.csv"));
        all.add(
                new Figure(
                        curves.lag(),
                        tables.sampled("lag", ArrivalPoint::lagSeconds, Report::seconds),
                        "arrivals.csv"));
        return all;
    }

    private static String seconds(double seconds) {
        return Double.isNaN(seconds)
                ? "–"
                : Figures.span(Duration.ofMillis(Math.round(1e3 * seconds)));
    }

    /**
     * Draws something small, and nothing comes of it. Java's graphics register shutdown hooks when
     * they are first used, which is too late once the process has been asked to end.
     */
    public static void prepare() {
        Pictures.obstacle();
    }

    /**
     * Writes all files anew.
     *
     * @return the page
     * @throws org.almaflow.observer.OutputException when the folder cannot be written to
     */
    public Path write(Path folder) {
        RunFiles files = RunFiles.in(folder);
        Tables tables = new Tables(model);
        for (Table table :
                List.of(
                        tables.groups(),
                        tables.learners(),
                        tables.arrivals(),
                        tables.overTime(),
                        tables.decisions())) {
            files.put(table.name() + ".csv", table.csv().getBytes(UTF_8));
        }
        Table summary = tables.summary();
        files.put(summary.name() + ".md", summary.markdown().getBytes(UTF_8));
        List<String> notes = new ArrayList<>(model.missing());
        String obstacle = Pictures.obstacle();
        if (obstacle.isEmpty()) {
            figures.forEach(figure -> pictures(files, figure.plot()));
        } else {
            notes.add(
                    "This Java cannot draw text (%s), so there are no pictures; install fontconfig and a"
                                    .formatted(obstacle)
                            + " font such as DejaVu Sans, and make the report again.");
        }
        String page =
                HtmlPage.of(
                        model,
                        figures,
                        summary,
                        notes,
                        plot -> obstacle.isEmpty() ? Pictures.svg(plot, false) : "");
        return files.put(PAGE, page.getBytes(UTF_8));
    }

    private static void pictures(RunFiles files, Plot plot) {
        files.put(plot.name() + ".png", Pictures.png(plot));
        files.put(plot.name() + ".svg", Pictures.svg(plot, true).getBytes(UTF_8));
    }

    /** Sentences on what the runs lack; the page has them too. */
    public List<String> missing() {
        return model.missing();
    }
}
