package org.almaflow.observer.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.almaflow.observer.report.Plot.Axis;
import org.almaflow.observer.report.Plot.Curve;
import org.almaflow.observer.report.Plot.Entry;
import org.almaflow.observer.report.Plot.Kind;

/** Pictures with a curve for each group: over arrivals, and over real time. */
final class CurvePlots {
    private static final int MOST_SINGLES = 24;

    private final ReportModel model;
    private final Cast cast;

    CurvePlots(ReportModel model, Cast cast) {
        this.model = model;
        this.cast = cast;
    }

    Plot error() {
        return overArrivals(
                "error-over-arrivals",
                "Error over arrivals",
                "Holdout error of the predictor that is deployed after each arrival; lower is"
                        + " better."
                        + seeds()
                        + cast.note(),
                ArrivalPoint::error,
                errors -> Axes.error(model.wording().holdout(), model.wording().tick(), errors));
    }

    Plot prequential() {
        return overArrivals(
                "prequential-error",
                "Prequential error over arrivals",
                "Share of each arriving chunk that the predictor deployed by then misclassified,"
                        + " before anything was trained on it."
                        + seeds()
                        + cast.note(),
                ArrivalPoint::prequentialError,
                errors -> Axes.error(model.wording().arriving(), model.wording().tick(), errors));
    }

    /** Whether any learner has prequential errors. */
    boolean hasPrequential() {
        return model.learners().stream()
                .flatMap(learner -> learner.points().stream())
                .anyMatch(point -> !Double.isNaN(point.prequentialError()));
    }

    Plot lag() {
        return overArrivals(
                "training-lag",
                "Training lag",
                "Time from the completion of a chunk until the predictor of that arrival was"
                        + " available: queueing, training and evaluation."
                        + cast.note(),
                ArrivalPoint::lagSeconds,
                lags -> Axes.seconds("lag, seconds", lags));
    }

    private String seeds() {
        boolean several = model.groups().stream().anyMatch(g -> g.learners().size() > 1);
        if (!several) {
            return "";
        }
        return showsSingles()
                ? " Thick lines are means over seeds, thin ones single learners."
                : " Lines are means over seeds; single learners are in arrivals.csv.";
    }

    /** More thin lines than that hide the means. */
    private boolean showsSingles() {
        return cast.starring().stream().mapToInt(g -> g.learners().size()).sum() <= MOST_SINGLES;
    }

    /** Makes the y axis for these values. */
    private interface YAxis {
        Axis of(double... values);
    }

    private Plot overArrivals(
            String name,
            String title,
            String caption,
            ToDoubleFunction<ArrivalPoint> figure,
            YAxis axis) {
        List<Curve> behind = new ArrayList<>();
        List<Curve> front = new ArrayList<>();
        List<Entry> legend = new ArrayList<>();
        List<Series> shown = new ArrayList<>();
        for (LearnerGroup group : cast.others()) {
            Series mean = Series.mean(group, figure);
            shown.add(mean);
            behind.add(new Curve(cast.style(group), Kind.FAINT, mean.x(), mean.y()));
        }
        for (LearnerGroup group : cast.starring()) {
            Series mean = Series.mean(group, figure);
            shown.add(mean);
            if (group.learners().size() > 1 && showsSingles()) {
                behind.addAll(single(group, figure, shown));
            }
            front.add(0, new Curve(cast.style(group), Kind.LINE, mean.x(), mean.y()));
            legend.add(
                    new Entry(
                            group.label(),
                            cast.style(group),
                            Kind.LINE,
                            OptionalDouble.of(mean.end())));
        }
        cast.othersLabel().ifPresent(label -> legend.add(others(label)));
        behind.addAll(front);
        return new Plot(
                name,
                model.wording().title(title),
                model.wording().caption(caption),
                Axes.arrivals(lastArrival()),
                axis.of(Series.all(shown, Series::y)),
                behind,
                legend);
    }

    private List<Curve> single(
            LearnerGroup group, ToDoubleFunction<ArrivalPoint> figure, List<Series> shown) {
        List<Curve> curves = new ArrayList<>();
        for (LearnerRun learner : group.learners()) {
            Series series = Series.overArrivals(learner, figure);
            shown.add(series);
            curves.add(new Curve(cast.style(group), Kind.FAINT, series.x(), series.y()));
        }
        return curves;
    }

    private static Entry others(String label) {
        return new Entry(label, Palette.others(), Kind.FAINT, OptionalDouble.empty());
    }

    private double lastArrival() {
        return model.learners().stream().mapToDouble(l -> l.last().arrival()).max().orElse(1);
    }

    Plot wallClock() {
        double longest =
                model.learners().stream().mapToDouble(l -> model.anytime(l).end()).max().orElse(1);
        TimeUnit unit = TimeUnit.of(longest);
        List<Curve> curves = new ArrayList<>();
        List<Series> shown = new ArrayList<>();
        for (LearnerGroup group : model.groups()) {
            boolean star = cast.starring().contains(group);
            for (int i = 0; i < group.learners().size(); i++) {
                LearnerRun learner = group.learners().get(i);
                Series steps = Series.steps(model.anytime(learner), unit);
                shown.add(steps);
                Curve curve =
                        new Curve(
                                cast.style(group),
                                star && i == 0 ? Kind.LINE : Kind.FAINT,
                                steps.x(),
                                steps.y());
                curves.add(star ? curves.size() : 0, curve);
            }
        }
        return new Plot(
                "error-over-time",
                model.wording().title("Error over real time"),
                model.wording()
                        .caption(
                                "Holdout error of the newest predictor that was available at each"
                                        + " moment since the learner's first arrival, so the time"
                                        + " that training takes counts; until a session ends the"
                                        + " old model answers. Of several seeds the first is thick."
                                        + cast.note()),
                new Axis(
                        "time since the first arrival, " + unit.label(),
                        Scale.linear(0, unit.in(longest)),
                        Tick.PLAIN),
                Axes.error(
                        model.wording().holdout(),
                        model.wording().tick(),
                        Series.all(shown, Series::y)),
                curves,
                timeLegend(unit));
    }

    private List<Entry> timeLegend(TimeUnit unit) {
        List<Entry> legend = new ArrayList<>();
        for (LearnerGroup group : cast.starring()) {
            double end = Series.steps(model.anytime(group.first()), unit).end();
            legend.add(
                    new Entry(group.label(), cast.style(group), Kind.LINE, OptionalDouble.of(end)));
        }
        cast.othersLabel().ifPresent(label -> legend.add(others(label)));
        return legend;
    }
}
