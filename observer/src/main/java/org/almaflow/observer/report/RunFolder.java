package org.almaflow.observer.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.almaflow.observer.RunFiles;

/**
 * Reads the files of a run: {@code evaluations.csv}, and where they are there, {@code summary.json}
 * and {@code decisions.csv}.
 */
final class RunFolder {
    private static final List<String> EVALUATION_COLUMNS =
            List.of(
                    "learner",
                    "family",
                    "waiting",
                    "seed",
                    "arrival",
                    "trained",
                    "error",
                    "totalMacs",
                    "sessions",
                    "arrivedAt",
                    "availableAt");
    private static final List<String> DECISION_COLUMNS =
            List.of("learner", "arrival", "train", "reason");

    private final Path folder;
    private final List<String> notes = new ArrayList<>();

    private RunFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The run whose files are in the folder.
     *
     * @throws ReportException when there are none, or they cannot be read
     */
    static ReportRun read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new ReportException(
                    "%s is no folder; name one that alma demo wrote".formatted(folder));
        }
        if (!Files.exists(folder.resolve(RunFiles.EVALUATIONS))) {
            throw new ReportException(
                    "%s has no %s; name a folder that alma demo wrote"
                            .formatted(folder, RunFiles.EVALUATIONS));
        }
        return new RunFolder(folder).read();
    }

    private ReportRun read() {
        JsonNode summary = summary();
        String fallback = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
        String run = summary.path("run").asText(fallback);
        Map<String, Draft> drafts = evaluations();
        Map<String, List<DecisionPoint>> decisions = decisions();
        List<LearnerRun> learners = new ArrayList<>();
        drafts.forEach(
                (id, draft) ->
                        learners.add(
                                draft.learner(
                                        run,
                                        learner(summary, id),
                                        decisions.getOrDefault(id, List.of()))));
        return new ReportRun(
                run,
                summary.path("experiment").asText(""),
                summary.path("stream").asText(""),
                folder.toString(),
                summary.path("chunks").asLong(0),
                learners,
                notes);
    }

    private JsonNode summary() {
        Path file = folder.resolve(RunFiles.SUMMARY);
        if (!Files.exists(file)) {
            notes.add(
                    "%s has no %s: how many chunks were to come and the untrained error are not"
                                    .formatted(folder, RunFiles.SUMMARY)
                            + " known.");
            return MissingNode.getInstance();
        }
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new ReportException(
                    "%s is no JSON; remove it or write it again".formatted(file), e);
        }
    }

    /** What the summary says of a learner. */
    private static JsonNode learner(JsonNode summary, String id) {
        for (JsonNode one : summary.path("learners")) {
            if (one.path("id").asText().equals(id)) {
                return one;
            }
        }
        return MissingNode.getInstance();
    }

    private static Map<String, String> settings(JsonNode learner) {
        Map<String, String> settings = new TreeMap<>();
        learner.path("settings")
                .properties()
                .forEach(one -> settings.put(one.getKey(), one.getValue().asText()));
        return settings;
    }

    /** A learner while its rows are read. */
    private record Draft(CsvRows.Row first, TreeMap<Long, ArrivalPoint> points) {
        void add(CsvRows.Row row) {
            ArrivalPoint point = point(row);
            if (points.putIfAbsent(point.arrival(), point) != null) {
                throw new ReportException(
                        "%s has arrival %d of learner %s twice; remove one of them"
                                .formatted(row.place(), point.arrival(), row.text("learner")));
            }
        }

        LearnerRun learner(String run, JsonNode summary, List<DecisionPoint> decisions) {
            return new LearnerRun(
                    run,
                    first.text("learner"),
                    first.text("family"),
                    first.text("waiting"),
                    settings(summary),
                    first.number("seed"),
                    first.measure(),
                    summary.path("untrainedError").asDouble(Double.NaN),
                    List.copyOf(points.values()),
                    decisions);
        }
    }

    private Map<String, Draft> evaluations() {
        Map<String, Draft> drafts = new LinkedHashMap<>();
        CsvRows.read(
                folder.resolve(RunFiles.EVALUATIONS),
                EVALUATION_COLUMNS,
                row ->
                        drafts.computeIfAbsent(
                                        row.text("learner"), id -> new Draft(row, new TreeMap<>()))
                                .add(row));
        return drafts;
    }

    private static ArrivalPoint point(CsvRows.Row row) {
        return new ArrivalPoint(
                row.number("arrival"),
                row.flag("trained"),
                row.decimal("error"),
                prequential(row),
                row.number("totalMacs"),
                row.number("sessions"),
                row.time("arrivedAt"),
                row.time("availableAt"));
    }

    private static double prequential(CsvRows.Row row) {
        return row.decimal("prequentialExamples", 0) > 0
                ? row.decimal("prequentialError", Double.NaN)
                : Double.NaN;
    }

    private Map<String, List<DecisionPoint>> decisions() {
        Path file = folder.resolve(RunFiles.DECISIONS);
        Map<String, List<DecisionPoint>> decisions = new HashMap<>();
        if (!Files.exists(file)) {
            notes.add(
                    "%s has no %s: when a learner trained is known, but not why."
                            .formatted(folder, RunFiles.DECISIONS));
            return decisions;
        }
        CsvRows.read(
                file,
                DECISION_COLUMNS,
                row ->
                        decisions
                                .computeIfAbsent(row.text("learner"), id -> new ArrayList<>())
                                .add(
                                        new DecisionPoint(
                                                row.number("arrival"),
                                                row.flag("train"),
                                                row.text("reason"))));
        return decisions;
    }
}
