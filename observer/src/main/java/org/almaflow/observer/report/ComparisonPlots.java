package org.almaflow.observer.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.almaflow.observer.report.Plot.Axis;
import org.almaflow.observer.report.Plot.Curve;
import org.almaflow.observer.report.Plot.Entry;
import org.almaflow.observer.report.Plot.Kind;

/** Pictures with a point for each group: error and CER against compute. */
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
                                model.wording().holdout(),
                                model.wording().tick(),
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
                macs -> Axes.cer(model.wording().sum(), model.groups()),
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
                            new double[] {spread.bar()}));
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
                model.wording().title(title),
                model.wording().caption(caption + cast.note()),
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
