package org.almaflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.almaflow.pipeline.predict.PredictOption;
import org.junit.jupiter.api.Test;

/**
 * docs/options.md is what {@link JobOption} and {@link PredictOption} say. To write it anew: {@code
 * ./mvnw -pl flink-job/pipeline -am test -Dtest=OptionsTableTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dtest.jvm.args=-Dalma.docs=write}.
 */
class OptionsTableTest {
    private static final Path PAGE = Path.of("../../docs/options.md");

    @Test
    void thePageIsWhatIsDeclared() throws IOException {
        if ("write".equals(System.getProperty("alma.docs"))) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page());
        }
        assertThat(Files.readString(PAGE))
                .as("docs/options.md is generated; OptionsTableTest says how to write it anew")
                .isEqualTo(page());
    }

    private static String page() {
        StringBuilder page =
                new StringBuilder(
                        """
                        # Options of the job

                        Generated from `JobOption`; a test fails when this page differs. On a cluster they follow the
                        job's jar as `--option value`; the command line `alma` sets them for you.

                        | option | default | meaning |
                        |---|---|---|
                        """);
        rows(page, JobOption.values());
        page.append("| `--kafka.NAME` | | Property NAME of every Kafka client. |\n")
                .append(
                        """

                        # Options of the predictor

                        Generated from `PredictOption`, for main class `org.almaflow.pipeline.predict.PredictJob` of the same
                        jar; `alma submit predict -O option=value` sets them.

                        | option | default | meaning |
                        |---|---|---|
                        """);
        rows(page, PredictOption.values());
        return page.append("| `--kafka.NAME` | | Property NAME of every Kafka client. |\n")
                .toString();
    }

    private static void rows(StringBuilder page, Option... options) {
        for (Option option : options) {
            page.append("| `--%s` | ".formatted(option.key()))
                    .append(
                            option.defaultValue() == null
                                    ? "(required)"
                                    : option.defaultValue().isEmpty()
                                            ? "(none)"
                                            : "`" + option.defaultValue() + "`")
                    .append(" | %s |%n".formatted(option.description()));
        }
    }
}
