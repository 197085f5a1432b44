package org.almaflow.pipeline.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** What deploy/ has for Prometheus and Grafana. */
final class MonitoringFiles {
    static final Path PROMETHEUS = Path.of("../../deploy/prometheus");
    static final Path DASHBOARDS = Path.of("../../deploy/grafana/dashboards");

    private MonitoringFiles() {}

    /** An expression, and where it is written. */
    record Expression(String where, String text) {}

    /** Of all rules and dashboards. */
    static List<Expression> expressions() throws IOException {
        List<Expression> all = new ArrayList<>(rules());
        for (Path dashboard : dashboards()) {
            JsonNode json = new ObjectMapper().readTree(dashboard.toFile());
            String file = dashboard.getFileName().toString();
            for (JsonNode panel : json.get("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    String where = "%s, panel '%s'".formatted(file, panel.get("title").asText());
                    all.add(new Expression(where, target.get("expr").asText()));
                }
            }
        }
        return all;
    }

    static List<Path> dashboards() throws IOException {
        try (Stream<Path> files = Files.list(DASHBOARDS)) {
            return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
    }

    private static List<Expression> rules() throws IOException {
        JsonNode file = yaml(PROMETHEUS.resolve("alerts.yml"));
        List<Expression> all = new ArrayList<>();
        for (JsonNode group : file.get("groups")) {
            for (JsonNode rule : group.get("rules")) {
                all.add(
                        new Expression(
                                "alerts.yml, " + rule.get("alert").asText(),
                                rule.get("expr").asText()));
            }
        }
        return all;
    }

    static JsonNode yaml(Path file) throws IOException {
        try (Reader in = Files.newBufferedReader(file)) {
            return new ObjectMapper().valueToTree(new Yaml().load(in));
        }
    }
}
