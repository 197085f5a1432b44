package org.almaflow.producer.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.producer.dataset.CsvRows.Example;

/**
 * The user's own table: a CSV file with one label column, all others numbers. NAME.holdout.csv
 * beside NAME.csv is the holdout; without it one row in six is held out ({@link Split#shuffled}).
 * Classes are the distinct labels ({@link ClassOrder}).
 */
final class CsvTable {
    private final Path path;
    private final List<String> classes;
    private final Map<String, Integer> labels = new HashMap<>();

    private CsvTable(Path path, List<String> classes) {
        this.path = path;
        this.classes = classes;
        classes.forEach(name -> labels.put(name, labels.size()));
    }

    /**
     * @param label name of the label column
     * @throws DatasetException that names file, line and column
     */
    static Dataset read(Path path, String label) {
        CsvRows rows = new CsvFile(path).read(columns -> new CsvRows(path, columns, label));
        List<String> classes =
                ClassOrder.of(rows.examples().stream().map(Example::label).distinct().toList());
        if (classes.size() < 2) {
            throw new DatasetException(
                    "%s: label column '%s' holds one value only, '%s'; there must be two classes"
                            .formatted(path, label, classes.get(0)));
        }
        CsvTable table = new CsvTable(path, classes);
        return table.dataset(table.split(rows, label));
    }

    private Split<Example> split(CsvRows rows, String label) {
        Path holdout = path.resolveSibling(name() + ".holdout.csv");
        if (Files.exists(holdout)) {
            return new Split<>(rows.examples(), holdout(holdout, rows.columns(), label));
        }
        return Split.shuffled(rows.examples());
    }

    private String name() {
        String name = ClassFolders.name(path);
        return name.substring(0, name.length() - ".csv".length());
    }

    private List<Example> holdout(Path holdout, List<String> columns, String label) {
        CsvRows rows = new CsvFile(holdout).read(found -> new CsvRows(holdout, found, label));
        if (!rows.columns().equals(columns)) {
            throw new DatasetException(
                    "%s: its columns are %s, must be those of %s: %s"
                            .formatted(
                                    holdout,
                                    String.join(", ", rows.columns()),
                                    path.getFileName(),
                                    String.join(", ", columns)));
        }
        for (Example example : rows.examples()) {
            if (!labels.containsKey(example.label())) {
                throw rows.unknownLabel(example, path);
            }
        }
        return rows.examples();
    }

    private Dataset dataset(Split<Example> split) {
        Moments moments = Moments.ofRows(split.train().stream().map(Example::features).toList());
        return Dataset.of(
                name(),
                FeatureSpecs.table(classes, moments.mean(), moments.std()),
                table(split.train()),
                table(split.holdout()));
    }

    private ExampleTable table(List<Example> examples) {
        long bytes = (long) Float.BYTES * examples.size() * examples.get(0).features().length;
        if (bytes > Integer.MAX_VALUE - Long.BYTES) {
            throw new DatasetException(
                    "%s: %,d rows are more than 2 GiB of numbers; take fewer rows or columns"
                            .formatted(path, examples.size()));
        }
        ByteBuffer features = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (Example example : examples) {
            for (float value : example.features()) {
                features.putFloat(value);
            }
        }
        return new ExampleTable(
                features.array(),
                examples.stream().mapToInt(example -> labels.get(example.label())).toArray());
    }
}
