package org.almaflow.observer.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.almaflow.observer.Figures;
import org.almaflow.observer.Measures;

/** The report's figures as tables: whole for files, short for the page. */
final class Tables {
    private static final int SHOWN_ARRIVALS = 10;

    /** Behind the final cross-entropy. */
    private static final int PERPLEXITY_AT = 5;

    private final ReportModel model;

    Tables(ReportModel model) {
        this.model = model;
    }

    /** One row a group, in full precision. */
    Table groups() {
        Table table =
                new Table(
                        "groups",
                        List.of(
                                "group",
                                "family",
                                "waiting",
                                "learners",
                                "finalErrorMean",
                                "finalErrorSd",
                                "cerMean",
                                "cerSd",
                                "totalMacsMean",
                                "totalMacsSd",
                                "wallClockErrorMean",
                                "wallClockErrorSd",
                                "lagSecondsMean",
                                "lagSecondsSd",
                                "onErrorFront",
                                "onCerFront"));
        for (LearnerGroup group : model.groups()) {
            Spread wall = group.over(learner -> model.anytime(learner).mean());
            Spread lag = group.over(LearnerRun::meanLag);
            table.row(
                    group.label(),
                    group.family(),
                    group.waiting(),
                    group.learners().size(),
                    group.finalError().mean(),
                    group.finalError().sd(),
                    group.cer().mean(),
                    group.cer().sd(),
                    group.totalMacs().mean(),
                    group.totalMacs().sd(),
                    wall.mean(),
                    wall.sd(),
                    lag.mean(),
                    lag.sd(),
                    model.errorFront().contains(group),
                    model.cerFront().contains(group));
        }
        return table;
    }

    /** As {@link #groups}, for people. */
    Table summary() {
        List<String> header =
                new ArrayList<>(
                        List.of(
                                "learner",
                                "waiting",
                                "seeds",
                                "arrivals",
                                model.wording().column("final error"),
                                model.wording().sumColumn(),
                                model.wording().column("wall-clock error"),
                                "total_macs",
                                "sessions",
                                "mean lag",
                                "Pareto front"));
        if (model.wording().perplexity()) {
            header.add(PERPLEXITY_AT, "final perplexity");
        }
        Table table = new Table("groups", header);
        model.groups().forEach(group -> table.row(summary(group).toArray()));
        return table;
    }

    private List<Object> summary(LearnerGroup group) {
        List<Object> row =
                new ArrayList<>(
                        List.of(
                                group.label(),
                                group.family() + ", " + group.waiting(),
                                group.learners().size(),
                                arrivals(group),
                                model.wording().text(group.finalError()),
                                group.cer().text(1, 3),
                                model.wording().text(group.over(one -> model.anytime(one).mean())),
                                Figures.count(Math.round(group.totalMacs().mean())),
                                group.over(learner -> learner.last().sessions()).text(1, 0),
                                span(group.over(LearnerRun::meanLag).mean()),
                                front(group)));
        if (model.wording().perplexity()) {
            row.add(PERPLEXITY_AT, group.finalPerplexity().text(1, 2));
        }
        return row;
    }

    private static String arrivals(LearnerGroup group) {
        LongStream counts = group.learners().stream().mapToLong(l -> l.last().arrival());
        var ends = counts.summaryStatistics();
        return ends.getMin() == ends.getMax()
                ? String.valueOf(ends.getMin())
                : ends.getMin() + " to " + ends.getMax();
    }

    private static String span(double seconds) {
        return Figures.span(Duration.ofMillis(Math.round(1e3 * seconds)));
    }

    private String front(LearnerGroup group) {
        boolean error = model.errorFront().contains(group);
        boolean cer = model.cerFront().contains(group);
        String sum = model.wording().sumColumn();
        String measure = Measures.name(model.wording().measure());
        return error && cer ? measure + ", " + sum : error ? measure : cer ? sum : "–";
    }

    /** One row a learner: its final figures and what it was set to. */
    Table learners() {
        Table table =
                new Table(
                        "learners",
                        List.of(
                                "run",
                                "learner",
                                "group",
                                "family",
                                "waiting",
                                "seed",
                                "arrivals",
                                "finalError",
                                "cer",
                                "totalMacs",
                                "sessions",
                                "wallClockError",
                                "settings"));
        for (LearnerGroup group : model.groups()) {
            for (LearnerRun learner : group.learners()) {
                table.row(
                        learner.run(),
                        learner.id(),
                        group.label(),
                        learner.family(),
                        learner.waiting(),
                        learner.seed(),
                        learner.last().arrival(),
                        learner.last().error(),
                        learner.cer(),
                        learner.last().totalMacs(),
                        learner.last().sessions(),
                        model.anytime(learner).mean(),
                        settings(learner));
            }
        }
        return table;
    }

    /** As {@code KEY=VALUE; ...}; empty when not recorded. */
    private static String settings(LearnerRun learner) {
        return new TreeMap<>(learner.settings())
                .entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .collect(Collectors.joining("; "));
    }

    /** One row a learner and arrival: everything that is drawn over arrivals and compute. */
    Table arrivals() {
        Table table =
                new Table(
                        "arrivals",
                        List.of(
                                "run",
                                "learner",
                                "group",
                                "seed",
                                "arrival",
                                "error",
                                "cumulativeError",
                                "prequentialError",
                                "totalMacs",
                                "lagSeconds"));
        for (LearnerGroup group : model.groups()) {
            for (LearnerRun learner : group.learners()) {
                double cer = 0;
                for (ArrivalPoint point : learner.points()) {
                    cer += point.error();
                    table.row(
                            learner.run(),
                            learner.id(),
                            group.label(),
                            learner.seed(),
                            point.arrival(),
                            point.error(),
                            cer,
                            point.prequentialError(),
                            point.totalMacs(),
                            point.lagSeconds());
                }
            }
        }
        return table;
    }

    /** One row a step of the error over real time. */
    Table overTime() {
        Table table = new Table("error-over-time", List.of("run", "learner", "seconds", "error"));
        for (LearnerRun learner : model.learners()) {
            for (AnytimeError.Step step : model.anytime(learner).steps()) {
                table.row(learner.run(), learner.id(), step.seconds(), step.error());
            }
        }
        return table;
    }

    /** One row a decision. */
    Table decisions() {
        Table table =
                new Table("decisions", List.of("run", "learner", "arrival", "decision", "reason"));
        for (LearnerRun learner : model.learners()) {
            for (DecisionPoint decision : DecisionPlot.decisions(learner)) {
                table.row(
                        learner.run(),
                        learner.id(),
                        decision.arrival(),
                        decision.trains() ? "train" : "hold",
                        decision.reason().isEmpty() ? "not recorded" : decision.reason());
            }
        }
        return table;
    }

    /** Means of a group at some arrivals, one column each, as percentages or seconds. */
    Table sampled(String name, ToDoubleFunction<ArrivalPoint> figure, DoubleFunction<String> text) {
        long last = model.learners().stream().mapToLong(l -> l.last().arrival()).max().orElse(1);
        long[] shown =
                LongStream.rangeClosed(1, SHOWN_ARRIVALS)
                        .map(i -> Math.max(1, Math.round((double) i * last / SHOWN_ARRIVALS)))
                        .distinct()
                        .toArray();
        List<String> header = new ArrayList<>(List.of("learner"));
        LongStream.of(shown).forEach(t -> header.add("t = " + t));
        Table table = new Table(name, header);
        for (LearnerGroup group : model.groups()) {
            Series mean = Series.mean(group, figure);
            List<Object> row = new ArrayList<>(List.of(group.label()));
            for (long t : shown) {
                row.add(text.apply(mean.at((double) t)));
            }
            table.row(row.toArray());
        }
        return table;
    }
}
