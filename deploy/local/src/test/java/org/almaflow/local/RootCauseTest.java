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

    @Test
    void findsTheCauseInAStackThatFlinkSends() {
        String stack =
                """
                Internal server error.
                java.util.concurrent.CompletionException: wrapped
                	at some.Place
                Caused by: org.almaflow.schemas.TopicException: topic x is missing
                	at some.Place
                Caused by: org.apache.kafka.UnknownTopicException: not here
                """;
        assertThat(FlinkErrors.lastCause(stack)).isEqualTo("topic x is missing");
        assertThat(FlinkErrors.lastCause("Caused by: java.io.IOException: full\n"))
                .isEqualTo("IOException: full");
        assertThat(FlinkErrors.lastCause("Not found: /jars\n")).isEqualTo("Not found: /jars");
    }
}
