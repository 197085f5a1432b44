package org.almaflow.pipeline.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * docs/metrics.md is what {@link JobMetric} says. To write it anew: {@code ./mvnw -pl
 * flink-job/pipeline -am test -Dtest=MetricsTableTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dtest.jvm.args=-Dalma.docs=write}.
 */
class MetricsTableTest {
    private static final Path PAGE = Path.of("../../docs/metrics.md");
    private static final String BEGIN = "<!-- generated from JobMetric -->\n";
    private static final String END = "<!-- end of what is generated -->\n";

    @Test
    void thePageIsWhatIsDeclared() throws IOException {
        String page = Files.readString(PAGE);
        if ("write".equals(System.getProperty("alma.docs"))) {
            page = before(page) + tables() + after(page);
            Files.writeString(PAGE, page);
        }
        assertThat(page)
                .as("docs/metrics.md is generated; MetricsTableTest says how to write it anew")
                .isEqualTo(before(page) + tables() + after(page));
    }

    private static String before(String page) {
        return page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
    }

    private static String after(String page) {
        return page.substring(page.indexOf(END));
    }

    private static String tables() {
        StringBuilder page = new StringBuilder();
        for (MetricLevel level : MetricLevel.values()) {
            page.append(
                    "%n**Of a %s** (labels: %s)%n%n"
                            .formatted(
                                    level.name().toLowerCase(Locale.ROOT),
                                    level.labels().isEmpty()
                                            ? "Flink's own"
                                            : "`" + String.join("`, `", level.labels()) + "`"));
            page.append("| metric | kind | meaning |\n|---|---|---|\n");
            Arrays.stream(JobMetric.values())
                    .filter(m -> m.level() == level)
                    .forEach(m -> page.append(row(m)));
        }
        return page.append('\n').toString();
    }

    private static String row(JobMetric metric) {
        return "| `%s` | %s | %s |%n"
                .formatted(
                        metric.key(),
                        metric.kind().name().toLowerCase(Locale.ROOT),
                        metric.description());
    }
}
