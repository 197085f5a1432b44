package org.almaflow.observer.report;

import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.almaflow.observer.report.Plot.Axis;
import org.almaflow.observer.report.Plot.Curve;
import org.almaflow.observer.report.Plot.Entry;
import org.almaflow.observer.report.Plot.Hint;
import org.almaflow.observer.report.Plot.Kind;
import org.knowm.xchart.style.markers.Marker;

/**
 * When each learner trained and when it held, and why: a row for each learner. Where there are more
 * marks than a picture can show, one mark stands for several arrivals.
 */
final class DecisionPlot {
    private static final int MOST_MARKS = 4000;
    private static final int MOST_ROWS = 60;
    private static final int MOST_COLUMNS = 150;

    private final List<LearnerRun> learners;
    private final int hidden;
    private final boolean severalRuns;
    private final long last;
    private final long perColumn;

    DecisionPlot(ReportModel model) {
        List<LearnerRun> all = model.learners();
        learners = all.subList(0, Math.min(MOST_ROWS, all.size()));
        hidden = all.size() - learners.size();
        severalRuns = model.runs().size() > 1;
        last = all.stream().mapToLong(learner -> learner.last().arrival()).max().orElse(1);
        int columns = Math.min(MOST_COLUMNS, MOST_MARKS / learners.size());
        perColumn = (last + columns - 1) / columns;
    }

    /** What was decided in one column of a row. */
    private static final class Cell {
        private final long from;
        private long to;
        private int asked;
        private int trained;
        private String reason = "";

        Cell(long from) {
            this.from = from;
        }

        void add(DecisionPoint decision) {
            to = Math.max(to, decision.arrival());
            asked++;
            if (decision.trains()) {
                trained++;
            }
            if (decision.trains() || trained == 0) {
                reason = decision.reason();
            }
        }

        double middle() {
            return (from + to) / 2.0;
        }

        String text(String learner) {
            String what = trained > 0 ? "trained" : "held";
            String why = reason.isEmpty() ? "" : ": " + reason;
            return from == to
                    ? "%s, arrival %d, %s%s".formatted(learner, from, what, why)
                    : "%s, arrivals %d to %d, trained %d of %d times%s"
                            .formatted(learner, from, to, trained, asked, why);
        }
    }

    Plot plot() {
        List<Hint> hints = new ArrayList<>();
        List<double[]> trained = new ArrayList<>();
        List<double[]> held = new ArrayList<>();
        for (int row = 0; row < learners.size(); row++) {
            LearnerRun learner = learners.get(row);
            for (Cell cell : cells(learner)) {
                (cell.trained > 0 ? trained : held).add(new double[] {cell.middle(), -row});
                hints.add(new Hint(cell.middle(), -row, cell.text(learner.id())));
            }
        }
        Palette.Style bar = style(Palette.style(0).tone(), new Bar());
        Palette.Style dot = style(Palette.MUTED, new Dot());
        return new Plot(
                "decisions",
                "Decisions on a time line",
                caption(),
                new Axis("arrival t", Scale.linear(-0.01, last + 0.5), Tick.WHOLE),
                new Axis("learner", Scale.linear(0.5 - learners.size(), 0.5), Tick.PLAIN),
                List.of(curve(dot, held), curve(bar, trained)),
                List.of(
                        new Entry("trained", bar, Kind.POINTS, OptionalDouble.empty()),
                        new Entry("held", dot, Kind.POINTS, OptionalDouble.empty())),
                learners.stream().map(this::name).toList(),
                hints);
    }

    private String caption() {
        return "A bar where the waiting policy opened a session, a dot where it held; in the page,"
                + " the pointer shows the reason."
                + (perColumn > 1
                        ? " One mark stands for %d arrivals: a bar when any of them trained."
                                .formatted(perColumn)
                        : "")
                + (hidden > 0
                        ? " %d more learners are in decisions.csv only.".formatted(hidden)
                        : "");
    }

    private String name(LearnerRun learner) {
        return severalRuns ? learner.id() + " · " + learner.run() : learner.id();
    }

    private List<Cell> cells(LearnerRun learner) {
        TreeMap<Long, Cell> cells = new TreeMap<>();
        for (DecisionPoint decision : decisions(learner)) {
            if (decision.arrival() > 0) {
                long column = (decision.arrival() - 1) / perColumn;
                cells.computeIfAbsent(column, c -> new Cell(c * perColumn + 1)).add(decision);
            }
        }
        return List.copyOf(cells.values());
    }

    /** What was recorded; what can be told from the evaluations where nothing was. */
    static List<DecisionPoint> decisions(LearnerRun learner) {
        return learner.decisions().isEmpty()
                ? learner.points().stream()
                        .map(p -> new DecisionPoint(p.arrival(), p.trained(), ""))
                        .toList()
                : learner.decisions().stream()
                        .sorted(Comparator.comparingLong(DecisionPoint::arrival))
                        .toList();
    }

    private static Palette.Style style(Palette.Tone tone, Marker marker) {
        return new Palette.Style(tone, Palette.stroke(1, null), marker);
    }

    private static Curve curve(Palette.Style style, List<double[]> marks) {
        return new Curve(
                style,
                Kind.POINTS,
                marks.stream().mapToDouble(m -> m[0]).toArray(),
                marks.stream().mapToDouble(m -> m[1]).toArray());
    }

    private static final class Bar extends Marker {
        @Override
        public void paint(Graphics2D g, double x, double y, int size) {
            g.fill(new Rectangle2D.Double(x - 1.3, y - 6, 2.6, 12));
        }
    }

    private static final class Dot extends Marker {
        @Override
        public void paint(Graphics2D g, double x, double y, int size) {
            g.fill(new Ellipse2D.Double(x - 1.1, y - 1.1, 2.2, 2.2));
        }
    }
}
