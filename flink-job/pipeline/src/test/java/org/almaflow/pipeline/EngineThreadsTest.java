package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.almaflow.learning.experiment.Experiment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineThreadsTest {
    /** families() has one learner of three members and four of one: 7 trainers. */
    @ParameterizedTest
    @CsvSource({
        "auto, 64, auto, 3, 14, 2",
        "auto, 64, auto, 3, 2, 1",
        "auto, 64, auto, 3, 70, 10",
        "auto, 1, auto, 1, 10, 2", // five learners of one subtask each
        "auto, 64, auto, 1, 10, 2", // one slot holds one subtask of each learner
        "auto, 64, 2, 1, 10, 2", // however many slots were chosen
        "auto, 64, each, 2, 8, 4", // a slot is a member
        "3, 64, auto, 3, 70, 3",
    })
    void trainersTimesThreadsAreTheCores(
            String option,
            String parallelism,
            String learnerSlots,
            int slots,
            int cores,
            int threads) {
        JobOptions options =
                JobOptions.of(
                                TestingExperiments.families(),
                                "none:1",
                                URI.create("file:///x"),
                                "run")
                        .with(JobOption.ENGINE_THREADS, option)
                        .with(JobOption.MEMBER_PARALLELISM, parallelism)
                        .with(JobOption.LEARNER_SLOTS, learnerSlots);
        Experiment experiment = TestingExperiments.read(options);

        assertThat(EngineThreads.of(experiment, options, slots, cores)).isEqualTo(threads);
    }
}
