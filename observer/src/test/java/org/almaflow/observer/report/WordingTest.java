package org.almaflow.observer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.almaflow.schemas.Measure;
import org.junit.jupiter.api.Test;

/** A report on text speaks of cross-entropy in nats, and of errors otherwise. */
class WordingTest {
    private static ReportModel model(Measure measure) {
        LearnerRun learner =
                TestingRuns.measuredBy(
                        TestingRuns.learner("run-1", "lm", 0, 4.5, 2.25, 1.7034), measure);
        return ReportModel.of(
                List.of(
                        new ReportRun(
                                "run-1", "lm", "toy", "here", 3, List.of(learner), List.of())));
    }

    @Test
    void axesTitlesAndTablesOfTextAreInNats() {
        ReportModel model = model(Measure.CROSS_ENTROPY);
        CurvePlots curves = new CurvePlots(model, new Cast(model.groups()));

        assertThat(model.wording().measure()).isEqualTo(Measure.CROSS_ENTROPY);
        assertThat(curves.error().title()).isEqualTo("Cross-entropy over arrivals");
        assertThat(curves.error().caption()).contains("Holdout cross-entropy of the predictor");
        assertThat(curves.error().y().label()).isEqualTo("holdout cross-entropy, nats per token");
        assertThat(curves.wallClock().y().label()).contains("nats per token");
        assertThat(
                        new ComparisonPlots(model, new Cast(model.groups()))
                                .cerAgainstCompute()
                                .y()
                                .label())
                .isEqualTo("sum of the holdout cross-entropies over the arrivals, nats per token");
        assertThat(new Tables(model).summary().header())
                .containsSubsequence(
                        "final cross-entropy, nats",
                        "final perplexity",
                        "sum",
                        "wall-clock cross-entropy, nats");
        assertThat(new Tables(model).summary().rows().get(0))
                .containsSubsequence("1.703", "5.49", "8.453");
        assertThat(model.wording().text(1.7034)).isEqualTo("1.703 nats");
    }

    @Test
    void everythingElseHasErrors() {
        ReportModel model = model(Measure.ERROR);
        CurvePlots curves = new CurvePlots(model, new Cast(model.groups()));

        assertThat(curves.error().title()).isEqualTo("Error over arrivals");
        assertThat(curves.error().y().label()).isEqualTo("holdout error");
        assertThat(new Tables(model).summary().header())
                .contains("final error, %", "CER")
                .doesNotContain("final perplexity");
        assertThat(model.wording().text(0.0531)).isEqualTo("5.31 %");
    }
}
