package org.almaflow.producer;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * Given times, one a chunk.
 *
 * <p>File: CSV with one column and one row a chunk; all rows either ISO-8601 instants ({@code
 * 2026-01-01T00:00:00Z}; the first is the stream's start) or seconds from the start; never
 * decreasing; a first row that is neither is a header.
 */
record Timetable(List<Duration> offsets) implements ArrivalSchedule {

    Timetable {
        offsets = List.copyOf(offsets);
    }

    @Override
    public Duration offset(long chunk) {
        if (chunk < 1 || chunk > offsets.size()) {
            throw new IllegalArgumentException("the timetable has no chunk " + chunk);
        }
        return offsets.get((int) chunk - 1);
    }

    @Override
    public void check(long chunks) {
        if (chunks == 0) {
            throw new ProduceException(
                    "a timetable has an end and a looping stream has none; leave out --loop or"
                            + " choose another schedule");
        }
        if (chunks != offsets.size()) {
            throw new ProduceException(
                    String.format(
                            "the timetable has %,d times for %,d chunks; give as many times as"
                                    + " chunks",
                            offsets.size(), chunks));
        }
    }

    static Timetable read(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            return parse(CSVFormat.DEFAULT.parse(reader).getRecords(), file.toString());
        } catch (IOException | UncheckedIOException e) {
            throw new ProduceException(
                    "cannot read the timetable "
                            + file
                            + " ("
                            + e.getClass().getSimpleName()
                            + "); give a readable CSV file",
                    e);
        }
    }

    private static Timetable parse(List<CSVRecord> rows, String file) {
        List<Duration> offsets = new ArrayList<>();
        Instant start = null;
        for (CSVRecord row : rows) {
            String cell = onlyCell(row, file);
            Instant instant = instant(cell);
            Duration seconds = seconds(cell);
            if (instant == null && seconds == null) {
                if (row.getRecordNumber() == 1) {
                    continue;
                }
                throw wrong(file, row, "'" + cell + "' is neither an instant nor seconds");
            }
            boolean mixed = !offsets.isEmpty() && (instant == null) != (start == null);
            if (mixed) {
                throw wrong(file, row, "instants and seconds are mixed");
            }
            start = start == null ? instant : start;
            Duration offset = instant == null ? seconds : Duration.between(start, instant);
            Duration before = offsets.isEmpty() ? Duration.ZERO : offsets.get(offsets.size() - 1);
            if (offset.compareTo(before) < 0) {
                throw wrong(file, row, "'" + cell + "' is earlier than the time before it");
            }
            offsets.add(offset);
        }
        return new Timetable(offsets);
    }

    private static String onlyCell(CSVRecord row, String file) {
        if (row.size() != 1) {
            throw wrong(file, row, "it has " + row.size() + " columns instead of one");
        }
        return row.get(0).strip();
    }

    private static Instant instant(String cell) {
        try {
            return Instant.parse(cell);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static Duration seconds(String cell) {
        try {
            double seconds = Double.parseDouble(cell);
            return Double.isFinite(seconds) ? Duration.ofNanos(Math.round(seconds * 1e9)) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static ProduceException wrong(String file, CSVRecord row, String what) {
        return new ProduceException(
                "timetable "
                        + file
                        + ", row "
                        + row.getRecordNumber()
                        + ": "
                        + what
                        + "; write one ISO-8601 instant, or seconds from the start, a row");
    }
}
