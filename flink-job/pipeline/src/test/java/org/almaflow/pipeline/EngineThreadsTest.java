package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineThreadsTest {
    @TempDir Path storage;

    private JobOptions options(String yaml) {
        return JobOptions.of(yaml, "none:1", storage.toUri(), "run");
    }

    private static int threads(JobOptions options, int cores) throws IOException {
        return EngineThreads.of(TestingExperiments.read(options), options, cores);
    }

    /** families() has one learner of three members and four of one: 7 trainers. */
    @ParameterizedTest
    @CsvSource({"14, 2", "13, 1", "2, 1", "70, 10"})
    void trainersTimesThreadsAreTheCores(int cores, int threads) throws IOException {
        assertThat(threads(options(TestingExperiments.families()), cores)).isEqualTo(threads);
    }

    /** What docs/options.md says changes no result. */
    @ParameterizedTest
    @CsvSource({
        "MEMBER_PARALLELISM, 1",
        "LEARNER_SLOTS, 2",
        "LEARNER_SLOTS, each",
        "CONCURRENT_SESSIONS, 1",
    })
    void doesNotDependOnHowMembersAreSpread(JobOption option, String value) throws IOException {
        JobOptions options = options(TestingExperiments.families()).with(option, value);

        assertThat(threads(options, 14)).isEqualTo(2);
    }

    @Test
    void membersThatTakeTurnsAreOneTrainer() throws IOException {
        String yaml =
                TestingExperiments.families()
                        .replace("family: Ens, k: 3", "family: Ens, k: 3, stop: together");

        assertThat(threads(options(yaml), 10)).isEqualTo(2);
    }

    @Test
    void aRunKeepsItsNumberUntilAnotherIsGiven() throws IOException {
        JobOptions two = options(TestingExperiments.two("testing"));
        assertThat(threads(two, 8)).isEqualTo(4);

        JobOptions more = options(TestingExperiments.families());
        assertThat(threads(more, 8)).isEqualTo(4);
        assertThat(threads(more.with(JobOption.ENGINE_THREADS, "3"), 8)).isEqualTo(3);
        assertThat(threads(more, 8)).isEqualTo(3);
        assertThat(threads(more.with(JobOption.RUN, "another"), 8)).isEqualTo(1);
    }
}
