package org.almaflow.observer.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.almaflow.observer.RunFiles;
import org.almaflow.observer.RunLedger;
import org.almaflow.observer.report.ReportException;
import org.almaflow.schemas.EvaluationEvent;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Evaluations of a run's folder, read back into events: a column of {@code evaluations.csv} is a
 * field of its name, and {@code summary.json} has what is alike in all of them.
 */
final class StoredRun {
    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();

    private final Path file;
    private final JsonNode summary;

    private StoredRun(Path file, JsonNode summary) {
        this.file = file;
        this.summary = summary;
    }

    /**
     * @throws ReportException when the folder has no run, or it cannot be read
     */
    static RunLedger read(Path folder) {
        Path evaluations = existing(folder, RunFiles.EVALUATIONS);
        Path summary = existing(folder, RunFiles.SUMMARY);
        try {
            return new StoredRun(evaluations, new ObjectMapper().readTree(summary.toFile())).read();
        } catch (IOException e) {
            throw new ReportException("%s is no JSON; write it again".formatted(summary), e);
        }
    }

    private static Path existing(Path folder, String name) {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new ReportException(
                    "%s has no %s; name a folder that alma demo wrote".formatted(folder, name));
        }
        return file;
    }

    private RunLedger read() {
        RunLedger ledger = new RunLedger(text("run"), text("stream"), List.of());
        long line = 1;
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                CSVParser rows = CSVParser.parse(in, FORMAT)) {
            for (CSVRecord row : rows) {
                line = rows.getCurrentLineNumber();
                ledger.add(event(row));
            }
            return ledger;
        } catch (IOException
                | UncheckedIOException
                | IllegalArgumentException
                | DateTimeException e) {
            throw new ReportException(
                    "cannot read %s, line %d: %s; write the file again"
                            .formatted(file, line, e.getMessage()),
                    e);
        }
    }

    private String text(String key) {
        return summary.path(key).asText("");
    }

    private EvaluationEvent event(CSVRecord row) {
        EvaluationEvent event = new EvaluationEvent();
        for (Schema.Field field : EvaluationEvent.getClassSchema().getFields()) {
            event.put(field.pos(), value(field, row));
        }
        return event;
    }

    private Object value(Schema.Field field, CSVRecord row) {
        return switch (field.name()) {
            case "run", "experiment", "stream" -> text(field.name());
            case "chunks" -> summary.path("chunks").asLong();
            case "settings" -> settings(row.get("learner"));
            default ->
                    row.isMapped(field.name())
                            ? parsed(field, row.get(field.name()))
                            : absent(field);
        };
    }

    private Map<String, String> settings(String learner) {
        Map<String, String> settings = new TreeMap<>();
        for (JsonNode one : summary.path("learners")) {
            if (one.path("id").asText().equals(learner)) {
                one.path("settings")
                        .properties()
                        .forEach(
                                setting ->
                                        settings.put(
                                                setting.getKey(), setting.getValue().asText()));
            }
        }
        return settings;
    }

    /** What an older file does not have is what an older event does not have. */
    private static Object absent(Schema.Field field) {
        if (!field.hasDefaultValue()) {
            throw new IllegalArgumentException("there is no column '" + field.name() + "'");
        }
        return SpecificData.get().getDefaultValue(field);
    }

    private static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new NumberFormatException(text);
        }
        return text.equals("true");
    }

    private static Object parsed(Schema.Field field, String text) {
        try {
            return switch (field.schema().getType()) {
                case STRING -> text;
                case BOOLEAN -> flag(text);
                case DOUBLE -> Double.valueOf(text);
                case LONG ->
                        field.schema().getLogicalType() instanceof LogicalTypes.TimestampMillis
                                ? (Object) Instant.parse(text)
                                : (Object) Long.valueOf(text);
                default -> throw new IllegalStateException(field.schema().toString());
            };
        } catch (NumberFormatException | DateTimeException e) {
            throw new IllegalArgumentException(
                    "'%s' in column %s is not as it should be".formatted(text, field.name()), e);
        }
    }
}
