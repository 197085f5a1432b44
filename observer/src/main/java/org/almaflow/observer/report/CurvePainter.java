package org.almaflow.observer.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import org.almaflow.observer.report.Plot.Curve;
import org.almaflow.observer.report.Plot.Kind;
import org.knowm.xchart.XYChart;

/**
 * Draws curves into a chart whose axes XChart has drawn. XChart would draw each segment of a line
 * on its own: dashes would begin anew at every point, and SVG files be several times as large.
 */
final class CurvePainter {
    private static final int MARKER = 9;
    private static final int CAP = 3;
    private static final int PALE = 110;

    /** Pixels below which a point adds nothing to a line. */
    private static final double NEAR = 0.4;

    private final Plot plot;
    private final XYChart chart;

    CurvePainter(Plot plot, XYChart chart) {
        this.plot = plot;
        this.chart = chart;
    }

    void paint(Graphics2D g, Curve curve) {
        g.setColor(color(curve));
        if (curve.kind() != Kind.POINTS) {
            g.setStroke(curve.kind() == Kind.FAINT ? new BasicStroke(0.9f) : curve.style().line());
            g.draw(line(curve));
        }
        for (int i = 0; i < curve.sd().length; i++) {
            bar(g, curve, i);
        }
        if (curve.kind() == Kind.POINTS || curve.kind() == Kind.LINE_AND_POINTS) {
            for (int i = 0; i < curve.x().length; i++) {
                if (holds(curve.x()[i], curve.y()[i])) {
                    curve.style().marker().paint(g, x(curve.x()[i]), y(curve.y()[i]), MARKER);
                }
            }
        }
    }

    private static Color color(Curve curve) {
        Color full = curve.style().tone().color();
        return curve.kind() == Kind.FAINT && !curve.style().tone().equals(Palette.OTHERS)
                ? new Color(full.getRed(), full.getGreen(), full.getBlue(), PALE)
                : full;
    }

    private Path2D line(Curve curve) {
        Path2D line = new Path2D.Double();
        double lastX = Double.NaN;
        double lastY = Double.NaN;
        for (int i = 0; i < curve.x().length; i++) {
            if (!holds(curve.x()[i], curve.y()[i])) {
                continue;
            }
            double x = x(curve.x()[i]);
            double y = y(curve.y()[i]);
            if (Double.isNaN(lastX)) {
                line.moveTo(x, y);
            } else if (Math.abs(x - lastX) < NEAR && Math.abs(y - lastY) < NEAR) {
                continue;
            } else {
                line.lineTo(x, y);
            }
            lastX = x;
            lastY = y;
        }
        return line;
    }

    private void bar(Graphics2D g, Curve curve, int i) {
        if (curve.sd()[i] <= 0 || !holds(curve.x()[i], curve.y()[i])) {
            return;
        }
        double x = x(curve.x()[i]);
        double low = y(Math.max(plot.y().scale().min(), curve.y()[i] - curve.sd()[i]));
        double high = y(Math.min(plot.y().scale().max(), curve.y()[i] + curve.sd()[i]));
        g.setStroke(new BasicStroke(1.2f));
        g.draw(new Line2D.Double(x, low, x, high));
        g.draw(new Line2D.Double(x - CAP, low, x + CAP, low));
        g.draw(new Line2D.Double(x - CAP, high, x + CAP, high));
    }

    private boolean holds(double x, double y) {
        return plot.x().scale().holds(x) && plot.y().scale().holds(y);
    }

    private double x(double value) {
        return chart.getScreenXFromChart(value);
    }

    private double y(double value) {
        return chart.getScreenYFromChart(value);
    }
}
