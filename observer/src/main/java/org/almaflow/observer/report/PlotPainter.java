package org.almaflow.observer.report;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.almaflow.observer.report.Plot.Entry;
import org.almaflow.observer.report.Plot.Kind;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws a {@link Plot}: XChart draws axes and curves; beside them stand the names of rows at the
 * left and the legend at the right, each line as near to the end of its curve as there is room.
 */
final class PlotPainter {
    static final int WIDTH = 960;
    private static final int HEIGHT = 440;
    private static final int ROW = 18;
    private static final int LINE = 18;
    private static final int SWATCH = 30;
    private static final int GAP = 10;
    private static final int LONGEST = 30;
    private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    private final Plot plot;
    private final XYChart chart;

    PlotPainter(Plot plot) {
        this.plot = plot;
        this.chart = new XYChart(WIDTH, height(plot));
        style(chart.getStyler());
        chart.setTitle(plot.title());
        chart.setXAxisTitle(plot.x().label());
        chart.setYAxisTitle(plot.y().label());
        double[] x = ticks(plot.x());
        double[] y = ticks(plot.y());
        invisible("x", x, filled(x.length, y[0]));
        invisible("y", filled(y.length, x[0]), y);
    }

    /** XChart puts the ticks of a linear axis at values of series that are at equal distances. */
    private void invisible(String name, double[] x, double[] y) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        series.setMarker(SeriesMarkers.NONE);
    }

    private static double[] ticks(Plot.Axis axis) {
        Scale scale = axis.scale();
        return scale.log()
                ? new double[] {scale.min(), scale.max()}
                : scale.ticks(axis.tick() == Tick.WHOLE);
    }

    private static double[] filled(int length, double value) {
        double[] all = new double[length];
        Arrays.fill(all, value);
        return all;
    }

    /** Pixels. */
    static int height(Plot plot) {
        int legend = 110 + LINE * plot.legend().size();
        int rows = 110 + ROW * plot.rows().size();
        return plot.rows().isEmpty()
                ? Math.max(HEIGHT, legend)
                : Math.max(200, Math.max(rows, legend));
    }

    private void style(XYStyler style) {
        style.setBaseFont(TEXT);
        style.setChartTitleFont(TEXT.deriveFont(Font.BOLD, 15));
        style.setAxisTitleFont(TEXT);
        style.setAxisTickLabelsFont(TEXT);
        style.setChartBackgroundColor(Palette.PAPER.color());
        style.setPlotBackgroundColor(Palette.PAPER.color());
        style.setChartFontColor(Palette.INK.color());
        style.setXAxisTitleColor(Palette.INK.color());
        style.setYAxisTitleColor(Palette.INK.color());
        style.setAxisTickLabelsColor(Palette.MUTED.color());
        style.setAxisTickMarksColor(Palette.MUTED.color());
        style.setPlotGridLinesColor(Palette.GRID.color());
        style.setPlotGridLinesStroke(new BasicStroke(1));
        style.setPlotBorderVisible(false);
        style.setPlotContentSize(1);
        style.setChartTitleBoxVisible(false);
        style.setLegendVisible(false);
        style.setChartPadding(8);
        axis(style);
    }

    private void axis(XYStyler style) {
        style.setXAxisMin(plot.x().scale().min());
        style.setXAxisMax(plot.x().scale().max());
        style.setXAxisLogarithmic(plot.x().scale().log());
        style.setXAxisLogarithmicDecadeOnly(false);
        style.setYAxisMin(plot.y().scale().min());
        style.setYAxisMax(plot.y().scale().max());
        style.setYAxisLogarithmic(plot.y().scale().log());
        style.setYAxisLogarithmicDecadeOnly(false);
        if (plot.x().scale().log()) {
            style.setXAxisTickLabelsFormattingFunction(v -> label(plot.x(), v));
        } else {
            style.setXAxisDecimalPattern(plot.x().tick().pattern());
        }
        if (plot.y().scale().log()) {
            style.setYAxisTickLabelsFormattingFunction(v -> label(plot.y(), v));
        } else {
            style.setYAxisDecimalPattern(plot.y().tick().pattern());
        }
        if (!plot.rows().isEmpty()) {
            style.setYAxisTicksVisible(false);
            style.setYAxisTitleVisible(false);
            style.setPlotGridHorizontalLinesVisible(false);
        }
    }

    private static String label(Plot.Axis axis, double value) {
        return axis.scale().isNumbered(value) ? axis.tick().text(value) : " ";
    }

    /**
     * Draws the whole picture.
     *
     * @param titled whether the title stands above it
     * @return where in the picture each hint is
     */
    List<Spot> paint(Graphics2D g, boolean titled) {
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        int height = height(plot);
        g.setColor(Palette.PAPER.color());
        g.fillRect(0, 0, WIDTH, height);
        g.setFont(TEXT);
        FontMetrics metrics = g.getFontMetrics();
        int left = widest(metrics, plot.rows()) + (plot.rows().isEmpty() ? 0 : GAP);
        int right =
                widest(metrics, plot.legend().stream().map(Entry::label).toList())
                        + (plot.legend().isEmpty() ? GAP : SWATCH + 4 * GAP);
        chart.getStyler().setChartTitleVisible(titled);
        Shape clip = g.getClip();
        g.translate(left, 0);
        chart.paint(g, WIDTH - left - right, height);
        g.setClip(clip);
        CurvePainter curves = new CurvePainter(plot, chart);
        plot.curves().forEach(curve -> curves.paint(g, curve));
        g.setFont(TEXT);
        rows(g, metrics);
        legend(g, height);
        g.translate(-left, 0);
        return spots(left);
    }

    private static int widest(FontMetrics metrics, List<String> texts) {
        return texts.stream().mapToInt(t -> metrics.stringWidth(shortened(t))).max().orElse(0);
    }

    /** Long names lose their middle: what tells them apart is often at the end. */
    static String shortened(String text) {
        return text.length() <= LONGEST
                ? text
                : text.substring(0, LONGEST / 2)
                        + "…"
                        + text.substring(text.length() - LONGEST / 2 + 1);
    }

    private void rows(Graphics2D g, FontMetrics metrics) {
        g.setColor(Palette.INK.color());
        for (int row = 0; row < plot.rows().size(); row++) {
            String name = shortened(plot.rows().get(row));
            float y = (float) chart.getScreenYFromChart(-row) + 4;
            g.drawString(name, -metrics.stringWidth(name), y);
        }
    }

    /** A line of the legend, and where its curve ends. */
    private record Line(Entry entry, double wanted) {}

    private void legend(Graphics2D g, int height) {
        double edge = chart.getScreenXFromChart(plot.x().scale().max());
        double top = chart.getScreenYFromChart(plot.y().scale().max()) + 6;
        List<Line> lines = new ArrayList<>();
        for (Entry entry : plot.legend()) {
            double below = top + LINE * lines.size();
            boolean ends =
                    entry.at().isPresent() && plot.y().scale().holds(entry.at().getAsDouble());
            lines.add(
                    new Line(
                            entry,
                            ends ? chart.getScreenYFromChart(entry.at().getAsDouble()) : below));
        }
        lines.sort(Comparator.comparingDouble(Line::wanted));
        double[] places =
                Places.apart(
                        lines.stream().mapToDouble(Line::wanted).toArray(),
                        LINE,
                        top,
                        height - 50.0);
        for (int i = 0; i < places.length; i++) {
            line(g, lines.get(i), edge + 4, places[i]);
        }
    }

    private void line(Graphics2D g, Line line, double x, double y) {
        Entry entry = line.entry();
        double start = x + 2.5 * GAP;
        if (entry.at().isPresent()) {
            g.setColor(Palette.OTHERS.color());
            g.setStroke(new BasicStroke(0.7f));
            g.draw(new java.awt.geom.Line2D.Double(x, line.wanted(), start - 4, y));
        }
        g.setColor(entry.style().tone().color());
        if (entry.kind() != Kind.POINTS) {
            g.setStroke(entry.kind() == Kind.FAINT ? new BasicStroke(1) : entry.style().line());
            g.draw(new java.awt.geom.Line2D.Double(start, y, start + SWATCH, y));
        }
        if (entry.kind() == Kind.POINTS || entry.kind() == Kind.LINE_AND_POINTS) {
            entry.style().marker().paint(g, start + SWATCH / 2.0, y, 8);
        }
        g.setColor(Palette.INK.color());
        g.drawString(shortened(entry.label()), (float) (start + SWATCH + 6), (float) y + 4);
    }

    /** Where a hint is in the picture. */
    record Spot(double x, double y, String text) {}

    private List<Spot> spots(int left) {
        return plot.hints().stream()
                .map(
                        hint ->
                                new Spot(
                                        left + chart.getScreenXFromChart(hint.x()),
                                        chart.getScreenYFromChart(hint.y()),
                                        hint.text()))
                .toList();
    }
}
