package org.almaflow.producer.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rows of a table of numbers with one label column, as they are read from a CSV file. */
final class CsvRows implements CsvFile.RowReader {
    private final Path path;
    private final List<String> columns;
    private final int labelColumn;
    private final List<Example> examples = new ArrayList<>();

    /**
     * One row.
     *
     * @param line where it is in the file, from 1
     */
    record Example(long line, float[] features, String label) {}

    /**
     * @param label name of the label column; an error with the columns there are when it is not one
     *     of them
     */
    CsvRows(Path path, List<String> columns, String label) {
        this.path = path;
        this.columns = columns;
        this.labelColumn = find(label);
    }

    private int find(String label) {
        String names = String.join(", ", columns);
        if (label == null || label.isBlank()) {
            throw new DatasetException(
                    "%s: which column holds the labels? Name one of: %s".formatted(path, names));
        }
        if (columns.size() < 2) {
            throw new DatasetException(
                    "%s: has one column only, '%s'; it needs a label column and others, separated"
                                    .formatted(path, names)
                            + " by commas");
        }
        int index = columns.indexOf(label.strip());
        if (index < 0) {
            throw new DatasetException(
                    "%s: has no label column '%s'; its columns are: %s"
                            .formatted(path, label, names));
        }
        return index;
    }

    List<String> columns() {
        return columns;
    }

    List<Example> examples() {
        return examples;
    }

    @Override
    public void read(long line, List<String> cells) {
        float[] features = new float[columns.size() - 1];
        int next = 0;
        for (int column = 0; column < columns.size(); column++) {
            String cell = cells.get(column);
            if (cell.isEmpty()) {
                throw wrong(path, line, columns.get(column), "is empty");
            }
            if (column != labelColumn) {
                features[next++] = number(path, line, columns.get(column), cell);
            }
        }
        examples.add(new Example(line, features, cells.get(labelColumn)));
    }

    /** The number in a cell. */
    static float number(Path path, long line, String column, String cell) {
        float value = Float.NaN;
        try {
            value = isPlain(cell) ? Float.parseFloat(cell) : Float.NaN;
        } catch (NumberFormatException e) {
            throw wrong(path, line, column, "'%s' is no number".formatted(cell));
        }
        if (!Float.isFinite(value)) {
            throw wrong(path, line, column, "'%s' is no finite number".formatted(cell));
        }
        return value;
    }

    /** Java would also read NaN, 1f and 0x1p3. */
    private static boolean isPlain(String cell) {
        for (int i = 0; i < cell.length(); i++) {
            if ("0123456789+-.eE".indexOf(cell.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    /** A label that the training file does not have. */
    DatasetException unknownLabel(Example example, Path train) {
        return wrong(
                path,
                example.line(),
                columns.get(labelColumn),
                "'%s' is no label of %s".formatted(example.label(), train.getFileName()));
    }

    private static DatasetException wrong(Path path, long line, String column, String what) {
        return new DatasetException(
                "%s line %d, column '%s': %s; correct the cell or remove the row"
                        .formatted(path, line, column, what));
    }
}
