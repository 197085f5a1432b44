package org.almaflow.producer.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rows of a table of numbers without labels. */
record FeatureRows(Path path, List<String> columns, List<float[]> rows)
        implements CsvFile.RowReader {
    FeatureRows(Path path, List<String> columns) {
        this(path, List.copyOf(columns), new ArrayList<>());
    }

    @Override
    public void read(long line, List<String> cells) {
        float[] row = new float[cells.size()];
        for (int column = 0; column < row.length; column++) {
            row[column] = CsvRows.number(path, line, columns.get(column), cells.get(column));
        }
        rows.add(row);
    }
}
