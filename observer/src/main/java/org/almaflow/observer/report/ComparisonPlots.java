package org.almaflow.observer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.almaflow.observer.report.Plot.Axis;
import org.almaflow.observer.report.Plot.Curve;
import org.almaflow.observer.report.Plot.Entry;
import org.almaflow.observer.report.Plot.Kind;

/** Pictures with a point for each group: CER over w, and error and CER against compute. */
final class ComparisonPlots {
    private static final Palette.Style FRONT =
            new Palette.Style(
                    Palette.MUTED,
                    Palette.stroke(1.4f, new float[] {3, 3}),
                    org.knowm.xchart.style.markers.SeriesMarkers.NONE);

    private final ReportModel model;
    private final Cast cast;

    ComparisonPlots(ReportModel model, Cast cast) {
        this.model = model;
        this.cast = cast;
    }

    /** CER over how long a learner waits; a line for learners that differ in w only. */
    Plot cerOverWaiting() {
        Map<String, List<LearnerGroup>> fixed =
                model.groups().stream()
                        .filter(group -> group.fixedWait().isPresent())
                        .collect(
                                Collectors.groupingBy(
                                        LearnerGroup::series,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        List<LearnerGroup> adaptive =
                model.groups().stream().filter(group -> group.fixedWait().isEmpty()).toList();
        List<List<LearnerGroup>> lines = mostFirst(fixed.values());
        List<Curve> curves = new ArrayList<>();
        List<Entry> legend = new ArrayList<>();
        for (List<LearnerGroup> line : lines) {
            Palette.Style style = style(lines.indexOf(line));
            curves.add(0, curve(style, Kind.LINE_AND_POINTS, line));
            if (lines.indexOf(line) < Palette.DISTINCT) {
                legend.add(
                        new Entry(
                                common(line), style, Kind.LINE_AND_POINTS, OptionalDouble.empty()));
            }
        }
        if (lines.size() > Palette.DISTINCT) {
            legend.add(others(lines.size() - Palette.DISTINCT));
        }
        int used = Math.min(lines.size(), Palette.DISTINCT);
        int free = Palette.DISTINCT - used;
        for (int i = 0; i < adaptive.size(); i++) {
            Palette.Style style = i < free ? Palette.style(used + i) : Palette.others();
            curves.add(curve(style, Kind.POINTS, List.of(adaptive.get(i))));
            if (i < free) {
                legend.add(
                        new Entry(
                                adaptive.get(i).label(),
                                style,
                                Kind.POINTS,
                                OptionalDouble.empty()));
            }
        }
        return new Plot(
                "cer-over-waiting",
                "CER over waiting",
                "Cumulative error rate of learners that train every w arrivals; a line joins"
                        + " learners that differ in w only, bars are one standard deviation over"
                        + " seeds. Points without a line decide otherwise and stand at the mean"
                        + " number of arrivals between their sessions.",
                new Axis(
                        "w: arrivals a session",
                        Scale.log(
                                model.groups().stream()
                                        .mapToDouble(ComparisonPlots::wait)
                                        .toArray()),
                        Tick.PLAIN),
                Axes.cer(highest()),
                curves,
                legend);
    }

    private double[] highest() {
        return model.groups().stream()
                .map(LearnerGroup::cer)
                .mapToDouble(cer -> cer.mean() + (Double.isNaN(cer.sd()) ? 0 : cer.sd()))
                .toArray();
    }

    private static List<List<LearnerGroup>> mostFirst(Iterable<List<LearnerGroup>> lines) {
        List<List<LearnerGroup>> sorted = new ArrayList<>();
        lines.forEach(sorted::add);
        if (sorted.size() > Palette.DISTINCT) {
            sorted.sort(Comparator.comparingInt((List<LearnerGroup> line) -> -line.size()));
        }
        return sorted;
    }

    private static Palette.Style style(int index) {
        return index < Palette.DISTINCT ? Palette.style(index) : Palette.others();
    }

    private static Entry others(int count) {
        return new Entry(
                count + " others", Palette.others(), Kind.LINE_AND_POINTS, OptionalDouble.empty());
    }

    /** What a line is called: the family where the labels share no beginning. */
    private static String common(List<LearnerGroup> line) {
        if (line.size() == 1) {
            return line.get(0).label();
        }
        String prefix = line.get(0).label();
        for (LearnerGroup group : line) {
            while (!group.label().startsWith(prefix)) {
                prefix = prefix.substring(0, prefix.length() - 1);
            }
        }
        String name = prefix.replaceFirst("[-_., ]+w?$", "");
        return name.isEmpty() || name.equals("w") ? line.get(0).family() : name;
    }

    private static double wait(LearnerGroup group) {
        return group.fixedWait().isPresent()
                ? group.fixedWait().getAsLong()
                : group.over(LearnerRun::meanWait).mean();
    }

    private static Curve curve(Palette.Style style, Kind kind, List<LearnerGroup> groups) {
        List<LearnerGroup> sorted =
                groups.stream().sorted(Comparator.comparingDouble(ComparisonPlots::wait)).toList();
        return new Curve(
                style,
                kind,
                sorted.stream().mapToDouble(ComparisonPlots::wait).toArray(),
                sorted.stream().mapToDouble(group -> group.cer().mean()).toArray(),
                sorted.stream().mapToDouble(group -> bar(group.cer())).toArray());
    }

    private static double bar(Spread spread) {
        return Double.isNaN(spread.sd()) ? 0 : spread.sd();
    }

    /** Final error against compute, with the way there. */
    Plot errorAgainstCompute() {
        List<Curve> curves = new ArrayList<>();
        List<Series> ways = new ArrayList<>();
        for (LearnerGroup group :
                Stream.concat(cast.others().stream(), cast.starring().stream()).toList()) {
            List<ArrivalPoint> trained =
                    group.first().points().stream().filter(p -> p.totalMacs() > 0).toList();
            Series way = Series.of(trained, p -> p.totalMacs(), ArrivalPoint::error);
            ways.add(way);
            curves.add(new Curve(cast.style(group), Kind.FAINT, way.x(), way.y()));
        }
        return againstCompute(
                "error-against-compute",
                "Error against compute",
                "Large marks: final holdout error and cumulative total_macs, mean over seeds. Thin"
                        + " lines: how each came there (first seed). The dashed line is the Pareto"
                        + " front: no learner has both less compute and less error.",
                LearnerGroup::finalError,
                model.errorFront(),
                curves,
                macs ->
                        Axes.error(
                                "holdout error",
                                Series.joined(
                                        means(LearnerGroup::finalError),
                                        Series.all(ways, Series::y))),
                Series.all(ways, Series::x));
    }

    /** CER against compute. */
    Plot cerAgainstCompute() {
        return againstCompute(
                "cer-against-compute",
                "CER against compute",
                "Cumulative error rate and cumulative total_macs, mean over seeds; the bars are one"
                        + " standard deviation of CER. The dashed line is the Pareto front: no"
                        + " learner has both less compute and less CER.",
                LearnerGroup::cer,
                model.cerFront(),
                new ArrayList<>(),
                macs -> Axes.cer(highest()),
                new double[0]);
    }

    private double[] means(Function<LearnerGroup, Spread> figure) {
        return model.groups().stream().mapToDouble(g -> figure.apply(g).mean()).toArray();
    }

    private Plot againstCompute(
            String name,
            String title,
            String caption,
            Function<LearnerGroup, Spread> figure,
            List<LearnerGroup> front,
            List<Curve> behind,
            Function<double[], Axis> y,
            double[] alongTheWay) {
        double[] macs = means(LearnerGroup::totalMacs);
        List<Curve> curves = new ArrayList<>(behind);
        curves.add(stairs(front, figure));
        List<Entry> legend = new ArrayList<>();
        for (LearnerGroup group :
                Stream.concat(cast.others().stream(), cast.starring().stream()).toList()) {
            Spread spread = figure.apply(group);
            curves.add(
                    new Curve(
                            cast.style(group),
                            Kind.POINTS,
                            new double[] {group.totalMacs().mean()},
                            new double[] {spread.mean()},
                            new double[] {bar(spread)}));
        }
        for (LearnerGroup group : cast.starring()) {
            legend.add(
                    new Entry(
                            group.label() + (front.contains(group) ? " (front)" : ""),
                            cast.style(group),
                            Kind.POINTS,
                            OptionalDouble.empty()));
        }
        cast.othersLabel()
                .ifPresent(
                        label ->
                                legend.add(
                                        new Entry(
                                                label,
                                                Palette.others(),
                                                Kind.POINTS,
                                                OptionalDouble.empty())));
        legend.add(new Entry("Pareto front", FRONT, Kind.LINE, OptionalDouble.empty()));
        return new Plot(
                name,
                title,
                caption + cast.note(),
                Axes.macs(Series.joined(macs, alongTheWay)),
                y.apply(macs),
                curves,
                legend);
    }

    /** Between two choices of the front, the cheaper one is the best that can be had. */
    private static Curve stairs(List<LearnerGroup> front, Function<LearnerGroup, Spread> figure) {
        List<double[]> corners = new ArrayList<>();
        for (LearnerGroup group : front) {
            double macs = group.totalMacs().mean();
            if (!corners.isEmpty()) {
                corners.add(new double[] {macs, corners.get(corners.size() - 1)[1]});
            }
            corners.add(new double[] {macs, figure.apply(group).mean()});
        }
        return new Curve(
                FRONT,
                Kind.LINE,
                corners.stream().mapToDouble(corner -> corner[0]).toArray(),
                corners.stream().mapToDouble(corner -> corner[1]).toArray());
    }
}
