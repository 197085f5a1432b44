package org.almaflow.pipeline.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus itself says of its files; needs promtool (Debian's package prometheus). */
class PromtoolTest {
    @TempDir Path folder;

    @Test
    void theConfigurationAndItsRulesAreRight() throws Exception {
        assertThat(promtool("check", "config", file("prometheus.yml")))
                .contains("SUCCESS")
                .contains("rules found");
    }

    @Test
    void alertsFireWhenTheyShouldAndOnlyThen() throws Exception {
        assertThat(promtool("test", "rules", file("alerts_test.yml"))).contains("SUCCESS");
    }

    /** As recording rules, with the dashboards' variables filled in. */
    @Test
    void everyExpressionOfTheDashboardsIsPromQl() throws Exception {
        List<String> expressions =
                MonitoringFiles.expressions().stream()
                        .map(MonitoringFiles.Expression::text)
                        .map(e -> e.replaceAll("\\$__\\w+", "1m").replaceAll("\\$\\w+", "x"))
                        .toList();
        List<Map<String, String>> rules =
                IntStream.range(0, expressions.size())
                        .mapToObj(i -> Map.of("record", "r" + i, "expr", expressions.get(i)))
                        .toList();
        Path file = folder.resolve("rules.json");
        new ObjectMapper()
                .writeValue(
                        file.toFile(),
                        Map.of("groups", List.of(Map.of("name", "all", "rules", rules))));
        assertThat(promtool("check", "rules", file.toString()))
                .contains("SUCCESS: %d rules found".formatted(expressions.size()));
    }

    private static String file(String name) {
        return MonitoringFiles.PROMETHEUS.resolve(name).toAbsolutePath().toString();
    }

    private static String promtool(String... args) throws IOException, InterruptedException {
        Optional<Path> tool =
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(p -> Path.of(p, "promtool"))
                        .filter(Files::isExecutable)
                        .findFirst();
        assumeTrue(tool.isPresent(), "promtool is not installed (Debian's package prometheus)");
        ProcessBuilder builder = new ProcessBuilder(tool.get().toString());
        builder.command().addAll(List.of(args));
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
