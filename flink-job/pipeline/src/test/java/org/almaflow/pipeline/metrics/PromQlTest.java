package org.almaflow.pipeline.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTest {
    @Test
    void namesAreThoseOfMetricsOnly() {
        assertThat(
                        PromQl.metrics(
                                """
                                sum by (learner) (rate(a_steps{run=~"$run", x!="b_no{"}[5m]))
                                  / on (tm_id) group_left (host) max without(le) (b:held) > 0.9
                                  and avg_over_time(c_age [1h:5m] offset 1h) > bool 1e3 or inf
                                """))
                .containsExactly("a_steps", "b:held", "c_age");
    }

    @Test
    void aMisspelledNameIsSeen() {
        assertThat(PromQl.metrics("increase(flink_jobmanager_job_numRestart[5m]) > 0"))
                .containsExactly("flink_jobmanager_job_numRestart");
    }
}
