package org.almaflow.observer.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.almaflow.observer.report.Palette.Tone;

/**
 * The report as one page that needs nothing but itself: pictures and tables are in it, and links
 * lead to the files beside it only. Well-formed XML besides, so that a test can read it.
 */
final class HtmlPage {
    private static final int MOST_ROWS = 200;
    private static final String STYLE = "report.css";
    private static final Pattern NUMBER = Pattern.compile("[-\\d–].*");

    private final ReportModel model;
    private final List<Figure> figures;
    private final StringBuilder html = new StringBuilder();

    private HtmlPage(ReportModel model, List<Figure> figures) {
        this.model = model;
        this.figures = figures;
    }

    /**
     * The whole page.
     *
     * @param svg draws a picture; empty when it cannot be drawn
     * @param notes sentences on what this report lacks
     */
    static String of(
            ReportModel model,
            List<Figure> figures,
            Table summary,
            List<String> notes,
            Function<Plot, String> svg) {
        return new HtmlPage(model, figures).page(summary, notes, svg);
    }

    private String page(Table summary, List<String> notes, Function<Plot, String> svg) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n")
                .append(
                        "<meta name=\"viewport\" content=\"width=device-width,"
                                + " initial-scale=1\"/>\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\"/>\n");
        html.append("<title>").append(escaped(title())).append("</title>\n<style>\n");
        html.append(colours()).append(style()).append("</style>\n</head>\n<body>\n");
        html.append("<a class=\"skip\" href=\"#content\">Skip to the figures</a>\n<header>\n");
        html.append("<h1>").append(escaped(title())).append("</h1>\n");
        model.runs().forEach(this::run);
        html.append("</header>\n");
        missing(notes);
        contents();
        html.append("<main id=\"content\">\n<section id=\"summary\">\n<h2>Learners</h2>\n");
        html.append("<p>")
                .append(
                        model.wording()
                                .caption(
                                        "Mean ± standard deviation over seeds. CER is the sum of"
                                            + " the holdout errors over the arrivals; the"
                                            + " wall-clock error is the error of the newest"
                                            + " predictor that was available, averaged over real"
                                            + " time until the end of the run; total_macs counts"
                                            + " forward, backward and validation; on the Pareto"
                                            + " front is what no other learner beats in both"
                                            + " total_macs and error (or CER)."))
                .append("</p>\n");
        table(summary, "Final figures", List.of("groups.csv"));
        html.append("</section>\n");
        figures.forEach(figure -> figure(figure, svg.apply(figure.plot())));
        html.append("</main>\n</body>\n</html>\n");
        return html.toString();
    }

    private String title() {
        String experiments =
                model.runs().stream()
                        .map(ReportRun::experiment)
                        .filter(name -> !name.isEmpty())
                        .distinct()
                        .collect(Collectors.joining(", "));
        return experiments.isEmpty() ? "Report" : "Report on " + experiments;
    }

    private void run(ReportRun run) {
        String arrivals = run.chunks() == 0 ? "" : ", %d chunks".formatted(run.chunks());
        html.append("<p class=\"muted\">Run ")
                .append(escaped(run.id()))
                .append(run.stream().isEmpty() ? "" : " on stream " + escaped(run.stream()))
                .append(": %d learners%s, read from ".formatted(run.learners().size(), arrivals))
                .append(escaped(run.source()))
                .append(".</p>\n");
    }

    private void missing(List<String> notes) {
        if (notes.isEmpty()) {
            return;
        }
        html.append(
                """
                <aside class="missing" aria-label="What is missing">
                <p>Missing:</p>
                <ul>
                """);
        notes.forEach(note -> html.append("<li>").append(escaped(note)).append("</li>\n"));
        html.append("</ul>\n</aside>\n");
    }

    private void contents() {
        html.append(
                """
                <nav aria-label="Contents">
                <ul>
                <li><a href="#summary">Learners</a></li>
                """);
        for (Figure figure : figures) {
            html.append("<li><a href=\"#%s\">".formatted(figure.plot().name()))
                    .append(escaped(figure.plot().title()))
                    .append("</a></li>\n");
        }
        html.append("</ul>\n</nav>\n");
    }

    private void figure(Figure figure, String svg) {
        Plot plot = figure.plot();
        html.append("<section id=\"%s\">\n<h2>".formatted(plot.name()))
                .append(escaped(plot.title()))
                .append("</h2>\n<figure>\n<figcaption>")
                .append(escaped(plot.caption()))
                .append("</figcaption>\n")
                .append(adaptable(svg))
                .append("</figure>\n");
        if (!svg.isEmpty()) {
            html.append(
                            "<p class=\"files\">Picture as <a href=\"%s.png\">PNG</a>"
                                    .formatted(plot.name()))
                    .append(" or <a href=\"%s.svg\">SVG</a></p>\n".formatted(plot.name()));
        }
        html.append("<details>\n<summary>")
                .append(escaped(plot.title()))
                .append(" as a table</summary>\n");
        table(figure.table(), plot.title(), List.of(figure.file()));
        html.append("</details>\n</section>\n");
    }

    private void table(Table table, String caption, List<String> files) {
        String more =
                table.rows().size() > MOST_ROWS
                        ? "; the first %d of %d rows".formatted(MOST_ROWS, table.rows().size())
                        : "";
        html.append(
                "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table: %s\">\n"
                        .formatted(escaped(caption)));
        html.append("<table>\n<caption>").append(escaped(caption + more)).append(" (all values: ");
        html.append(
                        files.stream()
                                .map(file -> "<a href=\"%s\">%s</a>".formatted(file, file))
                                .collect(Collectors.joining(", ")))
                .append(")</caption>\n<thead><tr>");
        for (int i = 0; i < table.header().size(); i++) {
            boolean number = i > 0 && isNumber(table, i);
            html.append("<th scope=\"col\"%s>".formatted(number ? " class=\"number\"" : ""))
                    .append(escaped(table.header().get(i)))
                    .append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        table.rows().stream().limit(MOST_ROWS).forEach(this::row);
        html.append("</tbody>\n</table>\n</div>\n");
    }

    private static boolean isNumber(Table table, int column) {
        return !table.rows().isEmpty() && isNumber(table.rows().get(0).get(column));
    }

    private static boolean isNumber(Object cell) {
        return cell instanceof Number || NUMBER.matcher(cell.toString()).matches();
    }

    private void row(List<Object> row) {
        html.append("<tr><th scope=\"row\">")
                .append(escaped(String.valueOf(row.get(0))))
                .append("</th>");
        for (Object cell : row.subList(1, row.size())) {
            html.append(isNumber(cell) ? "<td class=\"number\">" : "<td>")
                    .append(escaped(cell.toString()))
                    .append("</td>");
        }
        html.append("</tr>\n");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** The picture with names in the place of colours, for the style sheet to say. */
    private static String adaptable(String svg) {
        String adapted = svg.isEmpty() ? "" : svg.substring(svg.indexOf("<svg"));
        for (Tone tone : Palette.tones()) {
            int rgb = tone.light();
            String written = "rgb(%d,%d,%d)".formatted(rgb >> 16, rgb >> 8 & 0xff, rgb & 0xff);
            adapted = adapted.replace(written, "var(--%s)".formatted(tone.name()));
        }
        return adapted.replace(":white;", ":var(--paper);");
    }

    private static String colours() {
        String light = tones(tone -> Tone.hex(tone.light()));
        String dark = tones(tone -> Tone.hex(tone.dark()));
        return ":root {%s }%n@media screen and (prefers-color-scheme: dark) { :root {%s } }%n"
                .formatted(light, dark)
                .replace("\r", "");
    }

    private static String tones(Function<Tone, String> colour) {
        return Palette.tones().stream()
                .map(tone -> " --%s: %s;".formatted(tone.name(), colour.apply(tone)))
                .collect(Collectors.joining());
    }

    private static String style() {
        try (InputStream in = HtmlPage.class.getResourceAsStream(STYLE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
