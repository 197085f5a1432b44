package org.almaflow.observer.report;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.almaflow.schemas.Measure;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads a CSV file with a header; a value that is not as it should be is named with its line. */
final class CsvRows {
    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();

    private CsvRows() {}

    /** Hands each row to {@code row}, in order. */
    static void read(Path file, List<String> needed, Consumer<Row> row) {
        long line = 1;
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                CSVParser parser = CSVParser.parse(in, FORMAT)) {
            for (String column : needed) {
                if (!parser.getHeaderNames().contains(column)) {
                    throw new ReportException(
                            "%s has no column '%s'; name a folder that alma demo wrote"
                                    .formatted(file, column));
                }
            }
            for (CSVRecord one : parser) {
                line = parser.getCurrentLineNumber();
                row.accept(new Row(file, line, one));
            }
        } catch (CSVException | java.io.UncheckedIOException | IllegalArgumentException e) {
            throw new ReportException(
                    "cannot read %s after line %d: %s; write the file again or remove what follows"
                            .formatted(file, line, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new ReportException("cannot read %s (%s)".formatted(file, e.getMessage()), e);
        }
    }

    /** One row. */
    record Row(Path file, long line, CSVRecord row) {
        /** File and line, for people. */
        String place() {
            return file + " line " + line;
        }

        String text(String column) {
            if (!row.isSet(column)) {
                throw new ReportException(
                        "%s ends before column '%s'; remove the line or write the file again"
                                .formatted(place(), column));
            }
            return row.get(column);
        }

        /** The text, or {@code otherwise} where an older file has no such column. */
        String text(String column, String otherwise) {
            return row.isMapped(column) ? text(column) : otherwise;
        }

        long number(String column) {
            return parsed(column, "whole number", Long::parseLong);
        }

        double decimal(String column) {
            return parsed(column, "number", Double::parseDouble);
        }

        double decimal(String column, double otherwise) {
            return row.isMapped(column) ? decimal(column) : otherwise;
        }

        /** What errors are; an older file does not say, and has shares of wrong predictions. */
        Measure measure() {
            return row.isMapped("measure")
                    ? parsed("measure", "measure", Measure::valueOf)
                    : Measure.ERROR;
        }

        boolean flag(String column) {
            return parsed(column, "true or false", Row::strict);
        }

        Instant time(String column) {
            return parsed(column, "time in ISO 8601", Instant::parse);
        }

        private static boolean strict(String text) {
            if (!text.equals("true") && !text.equals("false")) {
                throw new IllegalArgumentException(text);
            }
            return text.equals("true");
        }

        private <T> T parsed(String column, String kind, Function<String, T> parse) {
            String text = text(column);
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException | DateTimeParseException e) {
                throw new ReportException(
                        "%s: '%s' in column %s is no %s; remove the line or write the file again"
                                .formatted(place(), text, column, kind),
                        e);
            }
        }
    }
}
