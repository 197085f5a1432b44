package org.almaflow.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Error, loss and cumulative error by learner and arrival, from 1: what two runs must share. */
final class EvaluationFigures {
    private static final List<String> COLUMNS = List.of("error", "loss", "cumulativeError");

    private EvaluationFigures() {}

    /** Of what {@code alma watch --json} prints. */
    static Map<String, List<Double>> watched(String lines) throws IOException {
        Map<String, List<Double>> figures = new TreeMap<>();
        for (String line : lines.lines().toList()) {
            JsonNode e = new ObjectMapper().readTree(line);
            if (e.get("arrival").asLong() > 0) {
                figures.put(
                        e.get("learner").asText() + " " + e.get("arrival").asText(),
                        COLUMNS.stream().map(c -> e.get(c).asDouble()).toList());
            }
        }
        return figures;
    }

    /** Of a demo's output folder. */
    static Map<String, List<Double>> ofDemo(Path demo) throws IOException {
        List<String> lines = Files.readAllLines(demo.resolve("evaluations.csv"));
        List<String> header = List.of(lines.get(0).split(","));
        Map<String, List<Double>> figures = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",");
            figures.put(
                    cells[header.indexOf("learner")] + " " + cells[header.indexOf("arrival")],
                    COLUMNS.stream()
                            .map(c -> Double.parseDouble(cells[header.indexOf(c)]))
                            .toList());
        }
        return figures;
    }
}
