package org.almaflow.producer.dataset;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads a CSV file row by row: comma-separated, UTF-8 with or without byte order mark, one header
 * line, every row as long as the header; cells are stripped, empty lines skipped.
 */
record CsvFile(Path path) {
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT.builder().setTrim(true).setIgnoreEmptyLines(true).get();

    /** Takes one row. */
    interface RowReader {
        /**
         * @param line where the row ends in the file, from 1
         * @param cells as many as columns
         */
        void read(long line, List<String> cells);
    }

    /**
     * Reads header and rows.
     *
     * @param reader given the columns, says who reads the rows
     * @throws DatasetException with file, line and what is wrong; also when there is no row
     */
    <R extends RowReader> R read(Function<List<String>, R> reader) {
        try (Reader text = open();
                CSVParser parser = CSVParser.parse(text, FORMAT)) {
            return read(parser, reader);
        } catch (UncheckedIOException e) {
            throw unreadable(e.getCause());
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private Reader open() throws IOException {
        Reader text = Files.newBufferedReader(path, StandardCharsets.UTF_8);
        text.mark(1);
        if (text.read() != BYTE_ORDER_MARK) {
            text.reset();
        }
        return text;
    }

    private DatasetException unreadable(IOException e) {
        if (e instanceof MalformedInputException) {
            return new DatasetException(path + ": is no UTF-8 text; save it as UTF-8", e);
        }
        return new DatasetException(
                "%s: cannot be read: %s; correct the file".formatted(path, Reasons.of(e)), e);
    }

    private <R extends RowReader> R read(CSVParser parser, Function<List<String>, R> reader) {
        R rows = null;
        int columns = 0;
        for (CSVRecord line : parser) {
            if (rows == null) {
                List<String> header = header(line);
                columns = header.size();
                rows = reader.apply(header);
            } else {
                checkWidth(parser.getCurrentLineNumber(), line.size(), columns);
                rows.read(parser.getCurrentLineNumber(), line.toList());
            }
        }
        if (parser.getRecordNumber() < 2) {
            throw new DatasetException(
                    "%s: has no rows; it needs a header line and at least two rows"
                            .formatted(path));
        }
        return rows;
    }

    private List<String> header(CSVRecord line) {
        List<String> columns = line.toList();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < columns.size(); i++) {
            String column = columns.get(i);
            if (column.isEmpty()) {
                throw badHeader("column %d has no name".formatted(i + 1));
            }
            if (!seen.add(column)) {
                throw badHeader("column '%s' is there twice".formatted(column));
            }
        }
        return columns;
    }

    private DatasetException badHeader(String what) {
        return new DatasetException(
                "%s: %s in the header line; every column needs a name of its own"
                        .formatted(path, what));
    }

    private void checkWidth(long line, int cells, int columns) {
        if (cells != columns) {
            throw new DatasetException(
                    "%s line %d: has %d cells, must have %d as the header line"
                            .formatted(path, line, cells, columns));
        }
    }
}
