package org.almaflow.observer.report;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What one picture shows, before it is drawn.
 *
 * @param name of its files, without their ends
 * @param caption what it shows and how to read it, for those who see it and those who do not
 * @param rows names of rows 0, 1, … from the top, in the place of numbers on the y axis; empty for
 *     numbers
 * @param hints texts for the pointer; only SVG has them
 */
record Plot(
        String name,
        String title,
        String caption,
        Axis x,
        Axis y,
        List<Curve> curves,
        List<Entry> legend,
        List<String> rows,
        List<Hint> hints) {
    Plot {
        curves = List.copyOf(curves);
        legend = List.copyOf(legend);
        rows = List.copyOf(rows);
        hints = List.copyOf(hints);
    }

    /** With numbers on both axes and no hints. */
    Plot(
            String name,
            String title,
            String caption,
            Axis x,
            Axis y,
            List<Curve> curves,
            List<Entry> legend) {
        this(name, title, caption, x, y, curves, legend, List.of(), List.of());
    }

    /**
     * One axis.
     *
     * @param label with the unit
     * @param scale where the ticks are
     * @param tick how a number is written beside it
     */
    record Axis(String label, Scale scale, Tick tick) {}

    /** How a curve is drawn. */
    enum Kind {
        LINE,
        /** Thin and pale, behind the others. */
        FAINT,
        POINTS,
        LINE_AND_POINTS
    }

    /**
     * Points of one look; a point with a NaN, or one that a logarithmic axis has no place for, is
     * left out.
     *
     * @param sd half lengths of error bars along y, 0 for none; empty for none at all
     */
    record Curve(Palette.Style style, Kind kind, double[] x, double[] y, double[] sd) {
        Curve(Palette.Style style, Kind kind, double[] x, double[] y) {
            this(style, kind, x, y, new double[0]);
        }
    }

    /**
     * One line of the legend, which stands at the right of the plot.
     *
     * @param at y value that the line stands beside, where a curve ends there
     */
    record Entry(String label, Palette.Style style, Kind kind, OptionalDouble at) {}

    /** A text that shows over a place of the plot. */
    record Hint(double x, double y, String text) {}
}
