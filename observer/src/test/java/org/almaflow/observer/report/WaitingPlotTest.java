package org.almaflow.observer.report;

import static org.almaflow.observer.report.TestingRuns.learner;
import static org.almaflow.observer.report.TestingRuns.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.almaflow.observer.report.Plot.Curve;
import org.almaflow.observer.report.Plot.Entry;
import org.almaflow.observer.report.Plot.Kind;
import org.junit.jupiter.api.Test;

class WaitingPlotTest {
    private static Plot plot(LearnerRun... learners) {
        return new WaitingPlot(ReportModel.of(List.of(run("r", 1, learners)))).plot();
    }

    @Test
    void aPolicyHasTheColourOfItsLineAndAMarkerOfItsOwn() {
        Plot plot =
                plot(
                        learner("r", "small-w1", "SM", "chunks: 1", 0, 0.5),
                        learner("r", "small-w2", "SM", "chunks: 2", 0, 0.5),
                        learner("r", "large-w1", "SM", "chunks: 1", 0, 0.4),
                        learner("r", "small-budget-5", "SM", "budget: 5", 0, 0.3),
                        learner("r", "large-budget-5", "SM", "budget: 5", 0, 0.2));
        assertThat(plot.legend())
                .extracting(Entry::label)
                .containsExactly("small", "large-w1", "budget: 5");
        List<Curve> lines = of(plot, Kind.LINE_AND_POINTS);
        List<Curve> points = of(plot, Kind.POINTS);
        // The first line is drawn last, above the others.
        assertThat(points.get(0).style().tone()).isEqualTo(lines.get(1).style().tone());
        assertThat(points.get(1).style().tone()).isEqualTo(lines.get(0).style().tone());
        assertThat(points.get(0).style().tone()).isNotEqualTo(points.get(1).style().tone());
        assertThat(points.get(0).style().marker())
                .isEqualTo(points.get(1).style().marker())
                .isNotEqualTo(lines.get(0).style().marker());
        assertThat(plot.caption()).contains("the line they belong to");
    }

    @Test
    void besideOneLineEachPolicyHasALookOfItsOwn() {
        Plot plot =
                plot(
                        learner("r", "w1", "SM", "chunks: 1", 0, 0.5),
                        learner("r", "w2", "SM", "chunks: 2", 0, 0.5),
                        learner("r", "thrifty", "SM", "budget: 5", 0, 0.3),
                        learner("r", "generous", "SM", "budget: 9", 0, 0.2));
        assertThat(plot.legend())
                .extracting(Entry::label)
                .containsExactly("SM", "thrifty", "generous");
        assertThat(plot.curves()).extracting(c -> c.style().tone()).doesNotHaveDuplicates();
    }

    @Test
    void theAxisLeavesOutWhatNoGroupIsNear() {
        Plot plot =
                plot(
                        learner("r", "w1", "SM", "chunks: 1", 0, 2.5),
                        learner("r", "w2", "SM", "chunks: 2", 0, 2.25));
        assertThat(plot.y().scale().min()).isBetween(2.0, 2.25);
        assertThat(plot.y().scale().max()).isBetween(2.5, 2.75);
    }

    private static List<Curve> of(Plot plot, Kind kind) {
        return plot.curves().stream().filter(curve -> curve.kind() == kind).toList();
    }
}
