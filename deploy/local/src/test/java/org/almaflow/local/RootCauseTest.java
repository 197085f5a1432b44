package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.util.SerializedThrowable;
import org.junit.jupiter.api.Test;

class RootCauseTest {
    @Test
    void isTheDeepestCauseThatSpeaksForItself() {
        Exception missing =
                new FailureException("topic x is missing;\n  create it", new Exception("code 3"));
        assertThat(RootCause.sentence(new RuntimeException("job failed", missing)))
                .isEqualTo("topic x is missing; create it");
        assertThat(RootCause.sentence(new SerializedThrowable(missing)))
                .isEqualTo("topic x is missing; create it");
    }

    @Test
    void namesExceptionsOfOthers() {
        assertThat(
                        RootCause.sentence(
                                new RuntimeException("a", new IllegalStateException("closed"))))
                .isEqualTo("IllegalStateException: closed");
        assertThat(
                        RootCause.sentence(
                                new RuntimeException("a", new UnsupportedOperationException())))
                .startsWith("UnsupportedOperationException at org.almaflow.local.RootCauseTest.");
    }
}
