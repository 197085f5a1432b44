package org.almaflow.observer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.almaflow.observer.report.Plot.Axis;
import org.almaflow.observer.report.Plot.Curve;
import org.almaflow.observer.report.Plot.Entry;
import org.almaflow.observer.report.Plot.Kind;
import org.knowm.xchart.style.markers.Marker;

/**
 * CER over how long a learner waits: a line for learners that differ in w only. Where there are
 * several lines, a policy that decides otherwise has the colour of the line that it belongs to, and
 * a marker of its own; else each has a look of its own.
 */
final class WaitingPlot {
    private final ReportModel model;
    private final List<List<LearnerGroup>> lines;
    private final List<LearnerGroup> others;
    private final boolean belong;
    private final List<String> policies;

    WaitingPlot(ReportModel model) {
        this.model = model;
        Map<String, List<LearnerGroup>> fixed =
                model.groups().stream()
                        .filter(group -> group.fixedWait().isPresent())
                        .collect(
                                Collectors.groupingBy(
                                        LearnerGroup::series,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        lines = mostFirst(fixed.values());
        others = model.groups().stream().filter(group -> group.fixedWait().isEmpty()).toList();
        belong = lines.size() > 1 && others.stream().anyMatch(g -> fixed.containsKey(g.series()));
        policies = others.stream().map(LearnerGroup::waiting).distinct().toList();
    }

    private static List<List<LearnerGroup>> mostFirst(Iterable<List<LearnerGroup>> lines) {
        List<List<LearnerGroup>> sorted = new ArrayList<>();
        lines.forEach(sorted::add);
        if (sorted.size() > Palette.DISTINCT) {
            sorted.sort(Comparator.comparingInt((List<LearnerGroup> line) -> -line.size()));
        }
        return sorted;
    }

    Plot plot() {
        List<Curve> curves = new ArrayList<>();
        List<Entry> legend = new ArrayList<>();
        for (int i = lines.size() - 1; i >= 0; i--) {
            curves.add(curve(line(i), Kind.LINE_AND_POINTS, lines.get(i)));
        }
        for (int i = 0; i < Math.min(lines.size(), Palette.DISTINCT); i++) {
            legend.add(entry(common(lines.get(i)), line(i), Kind.LINE_AND_POINTS));
        }
        if (lines.size() > Palette.DISTINCT) {
            String rest = Cast.others(lines.size() - Palette.DISTINCT);
            legend.add(entry(rest, Palette.others(), Kind.LINE_AND_POINTS));
        }
        for (LearnerGroup other : others) {
            curves.add(curve(point(other), Kind.POINTS, List.of(other)));
        }
        legend.addAll(policyLegend());
        return new Plot(
                "cer-over-waiting",
                model.wording().title("CER over waiting"),
                model.wording()
                        .caption(
                                "Cumulative error rate of learners that train every w arrivals; a"
                                    + " line joins learners that differ in w only, bars are one"
                                    + " standard deviation over seeds. Points without a line decide"
                                    + " otherwise and stand at the mean number of arrivals between"
                                    + " their sessions."
                                        + (belong
                                                ? " Their colour is that of the line they belong"
                                                        + " to."
                                                : "")),
                new Axis("w: arrivals a session", Scale.log(waits()), Tick.PLAIN),
                Axes.cer(model.wording().sum(), model.groups()),
                curves,
                legend);
    }

    private Palette.Style line(int index) {
        if (index >= Palette.DISTINCT) {
            return Palette.others();
        }
        return belong ? Palette.style(index).with(Palette.marker(0)) : Palette.style(index);
    }

    private Palette.Style point(LearnerGroup other) {
        if (!belong) {
            int index = Math.min(lines.size(), Palette.DISTINCT) + others.indexOf(other);
            return index < Palette.DISTINCT ? Palette.style(index) : Palette.others();
        }
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).get(0).series().equals(other.series())) {
                return line(i).with(marker(other.waiting()));
            }
        }
        return Palette.others().with(marker(other.waiting()));
    }

    private Marker marker(String policy) {
        return Palette.marker(1 + policies.indexOf(policy) % (Palette.DISTINCT - 1));
    }

    private List<Entry> policyLegend() {
        if (belong) {
            return policies.stream()
                    .map(policy -> entry(policy, Palette.muted().with(marker(policy)), Kind.POINTS))
                    .toList();
        }
        int free = Palette.DISTINCT - Math.min(lines.size(), Palette.DISTINCT);
        return others.stream()
                .limit(free)
                .map(other -> entry(other.label(), point(other), Kind.POINTS))
                .toList();
    }

    private static Entry entry(String label, Palette.Style style, Kind kind) {
        return new Entry(label, style, kind, OptionalDouble.empty());
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
        String name = prefix.replaceFirst("[-_., ]+(w|chunks)?[-_., ]*$", "");
        return name.isEmpty() || name.matches("w|chunks") ? line.get(0).family() : name;
    }

    private double[] waits() {
        return model.groups().stream().mapToDouble(WaitingPlot::wait).toArray();
    }

    private static double wait(LearnerGroup group) {
        return group.fixedWait().isPresent()
                ? group.fixedWait().getAsLong()
                : group.over(LearnerRun::meanWait).mean();
    }

    private static Curve curve(Palette.Style style, Kind kind, List<LearnerGroup> groups) {
        List<LearnerGroup> sorted =
                groups.stream().sorted(Comparator.comparingDouble(WaitingPlot::wait)).toList();
        return new Curve(
                style,
                kind,
                sorted.stream().mapToDouble(WaitingPlot::wait).toArray(),
                sorted.stream().mapToDouble(group -> group.cer().mean()).toArray(),
                sorted.stream().mapToDouble(group -> group.cer().bar()).toArray());
    }
}
