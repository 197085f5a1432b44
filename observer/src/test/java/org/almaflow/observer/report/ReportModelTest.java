package org.almaflow.observer.report;

import static org.almaflow.observer.report.TestingRuns.learner;
import static org.almaflow.observer.report.TestingRuns.run;
import static org.almaflow.observer.report.TestingRuns.withSettings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportModelTest {
    @Test
    void learnersThatDifferInTheirSeedOnlyAreOneGroup() {
        ReportModel model =
                ReportModel.of(
                        List.of(
                                run(
                                        "r",
                                        2,
                                        learner("r", "sm-w1-s0", 0, 0.5, 0.3),
                                        learner("r", "sm-w1-s1", 1, 0.5, 0.1),
                                        learner("r", "sm-w2-s0", "SM", "chunks: 2", 0, 0.9, 0.2))));
        assertThat(model.groups())
                .extracting(LearnerGroup::label)
                .containsExactly("sm-w1", "sm-w2");
        LearnerGroup first = model.groups().get(0);
        assertThat(first.learners()).hasSize(2);
        assertThat(first.cer().mean()).isCloseTo(0.7, within(1e-12));
        // (0.8 - 0.7)² + (0.6 - 0.7)² = 0.02, by n - 1 = 1
        assertThat(first.cer().sd()).isCloseTo(Math.sqrt(0.02), within(1e-12));
        assertThat(first.finalError().mean()).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void anIdThatOnlyLooksLikeASeedStays() {
        assertThat(LearnerGroups.withoutSeed(learner("r", "sm-s1-x", 1, 0.5))).isEqualTo("sm-x");
        assertThat(LearnerGroups.withoutSeed(learner("r", "sm-s10", 1, 0.5))).isEqualTo("sm-s10");
        assertThat(LearnerGroups.withoutSeed(learner("r", "s1", 1, 0.5))).isEqualTo("s1");
        assertThat(LearnerGroups.withoutSeed(learner("r", "a_seed7", 7, 0.5))).isEqualTo("a");
    }

    @Test
    void runsOfSeveralSeedsAreGroupedAndOneSeedTwiceIsTakenApart() {
        ReportRun zero = run("r0", 2, learner("r0", "sm", 0, 0.5, 0.3));
        ReportRun one = run("r1", 2, learner("r1", "sm", 1, 0.5, 0.3));
        ReportRun again = run("r2", 2, learner("r2", "sm", 0, 0.5, 0.3));
        assertThat(ReportModel.of(List.of(zero, one)).groups())
                .singleElement()
                .satisfies(group -> assertThat(group.learners()).hasSize(2));
        assertThat(ReportModel.of(List.of(zero, again)).groups())
                .extracting(LearnerGroup::label)
                .containsExactly("sm, r0", "sm, r2");
    }

    private static LearnerRun set(String id, long seed, String hidden, long wait) {
        String waiting = "chunks: " + wait;
        return withSettings(
                learner("r", id, "SM", waiting, seed, 0.5),
                Map.of(
                        "network.hidden",
                        hidden,
                        "wait",
                        waiting,
                        "seed",
                        String.valueOf(seed),
                        "experiment.seed",
                        String.valueOf(seed)));
    }

    @Test
    void recordedSettingsDecideOverIds() {
        LearnerRun wide = set("sm-s0", 0, "[64]", 1);
        LearnerRun other = set("zz", 1, "[64]", 1);
        LearnerRun narrow = set("sm-s1", 1, "[4]", 1);
        LearnerRun patient = set("p", 0, "[64]", 5);
        List<LearnerGroup> groups =
                ReportModel.of(List.of(run("r", 1, wide, other, narrow, patient))).groups();
        assertThat(groups).hasSize(3);
        assertThat(groups.get(0).learners()).containsExactly(wide, other);
        assertThat(groups.get(2).series()).isEqualTo(groups.get(0).series());
        assertThat(groups.get(1).series()).isNotEqualTo(groups.get(0).series());
    }

    @Test
    void learnersOfASweepWithoutSettingsMakeOneLineOverW() {
        List<LearnerGroup> groups =
                ReportModel.of(
                                List.of(
                                        run(
                                                "r",
                                                1,
                                                learner("r", "a-chunks-5", "SM", "chunks: 5", 0, 1),
                                                learner("r", "a-w1", "SM", "chunks: 1", 0, 1),
                                                learner("r", "b-w1", "SM", "chunks: 1", 0, 1))))
                        .groups();
        assertThat(groups).extracting(LearnerGroup::series).containsExactly("SM|a", "SM|a", "SM|b");
    }

    @Test
    void streamsOfDifferentLengthAreNotComparedAsSeeds() {
        ReportModel model =
                ReportModel.of(
                        List.of(
                                run("r0", 1, learner("r0", "sm", 0, 0.5)),
                                run("r1", 2, learner("r1", "sm", 1, 0.5, 0.4))));
        assertThat(model.groups())
                .extracting(LearnerGroup::label)
                .containsExactly("sm, 1 chunks", "sm, 2 chunks");
    }

    @Test
    void saysWhatIsMissing() {
        ReportModel model = ReportModel.of(List.of(run("r", 5, learner("r", "a", 0, 0.5, 0.4))));
        assertThat(model.missing())
                .containsExactly(
                        "Run r is not finished: learner a was evaluated after 2 of 5 arrivals.");
    }

    @Test
    void refusesRunsWithoutAnEvaluation() {
        assertThatThrownBy(() -> ReportModel.of(List.of(run("r", 5))))
                .isInstanceOf(ReportException.class)
                .hasMessageContaining("nowhere has no evaluation yet");
    }

    @Test
    void fixedWaitIsTheOneOfTheChunksPolicyOnly() {
        assertThat(learner("r", "a", "SM", "chunks: 10", 0, 0.5).fixedWait()).hasValue(10);
        assertThat(learner("r", "a", "SM", "examples: 10", 0, 0.5).fixedWait()).isEmpty();
        assertThat(learner("r", "a", "SM", "any-of: [chunks: 10]", 0, 0.5).fixedWait()).isEmpty();
    }
}
