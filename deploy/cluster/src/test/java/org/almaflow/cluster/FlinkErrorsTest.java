package org.almaflow.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlinkErrorsTest {
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
