package org.almaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

    @Test
    void namesAreThoseOfTheDesign() {
        assertThat(Topics.standard().all())
                .extracting(TopicSpec::name)
                .containsExactly(
                        "alma.chunks",
                        "alma.decisions",
                        "alma.sessions",
                        "alma.evaluations",
                        "alma.snapshots",
                        "alma.dead-letters",
                        "alma.predict.requests",
                        "alma.predict.responses");
    }

    @Test
    void onlySnapshotsAreCompacted() {
        assertThat(new Topics("lab").all())
                .filteredOn(TopicSpec::compacted)
                .extracting(TopicSpec::name)
                .containsExactly("lab.snapshots");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "ä"})
    void refusesAPrefixThatKafkaWouldRefuse(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Topics(prefix))
                .withMessageContaining("'" + prefix + "'");
    }
}
