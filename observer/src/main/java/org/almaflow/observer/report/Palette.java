package org.almaflow.observer.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Colours of the pictures. Those of series are Okabe and Ito's, which people with any common colour
 * blindness tell apart, without the yellow that nobody sees on white; each has a dash pattern and a
 * marker of its own besides. Every colour has a name under which the page may say it anew for a
 * dark background.
 */
final class Palette {
    /** Series that are told apart; the rest is drawn in one grey. */
    static final int DISTINCT = 7;

    static final Tone PAPER = new Tone("paper", 0xffffff, 0x15191f);
    static final Tone INK = new Tone("ink", 0x1f2328, 0xe6e9ed);
    static final Tone MUTED = new Tone("muted", 0x57606a, 0xa3adb8);
    static final Tone GRID = new Tone("grid", 0xe3e7eb, 0x2c333b);
    static final Tone OTHERS = new Tone("others", 0xb4bcc5, 0x59636e);

    private static final List<Tone> SERIES =
            List.of(
                    new Tone("series-1", 0x0072b2, 0x3d9bd6),
                    new Tone("series-2", 0xd55e00, 0xf0792a),
                    new Tone("series-3", 0x009e73, 0x18b88b),
                    new Tone("series-4", 0xcc79a7, 0xdb8fba),
                    new Tone("series-5", 0xe69f00, 0xf0b22e),
                    new Tone("series-6", 0x56b4e9, 0x8fd0f7),
                    new Tone("series-7", 0x1f2329, 0xe6e9ee));
    private static final List<Marker> MARKERS =
            List.of(
                    SeriesMarkers.CIRCLE,
                    SeriesMarkers.SQUARE,
                    SeriesMarkers.TRIANGLE_UP,
                    SeriesMarkers.DIAMOND,
                    SeriesMarkers.TRIANGLE_DOWN,
                    SeriesMarkers.TRAPEZOID,
                    SeriesMarkers.CROSS);
    private static final float[][] DASHES = {
        null, {7, 3}, {2, 3}, {9, 3, 2, 3}, {4, 2}, {12, 4}, {6, 2, 2, 2, 2, 2}
    };

    private Palette() {}

    /** One colour, for light and for dark paper. */
    record Tone(String name, int light, int dark) {
        Color color() {
            return new Color(light);
        }

        static String hex(int rgb) {
            return String.format(Locale.ROOT, "#%06x", rgb);
        }
    }

    /** Colour, dashes and marker of one series: three ways to tell it. */
    record Style(Tone tone, BasicStroke line, Marker marker) {
        Style with(Marker other) {
            return new Style(tone, line, other);
        }
    }

    static Style style(int index) {
        return new Style(SERIES.get(index), stroke(1.8f, DASHES[index]), MARKERS.get(index));
    }

    /** One of the markers that {@link #style} gives out. */
    static Marker marker(int index) {
        return MARKERS.get(index);
    }

    /** For what stands for series of any colour. */
    static Style muted() {
        return new Style(MUTED, stroke(1f, null), SeriesMarkers.CIRCLE);
    }

    static Style others() {
        return new Style(OTHERS, stroke(1f, null), SeriesMarkers.CIRCLE);
    }

    static BasicStroke stroke(float width, float[] dash) {
        return new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, dash, 0);
    }

    static List<Tone> tones() {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(PAPER, INK, MUTED, GRID, OTHERS),
                        SERIES.stream())
                .toList();
    }
}
