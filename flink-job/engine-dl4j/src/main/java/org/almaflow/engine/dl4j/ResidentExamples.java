package org.almaflow.engine.dl4j;

import java.util.Objects;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.network.InputSpec;

/** Normalised examples on the device, as rows [elements + 1] whose last value is 1; labels here. */
final class ResidentExamples implements ExampleSet {
    /** Values that one copy to the device carries. */
    private static final int BLOCK = 1 << 16;

    private final InputSpec input;
    private final int classes;
    private final int[] labels;

    /** Null when closed, and when there is no example. */
    private DeviceMemory features;

    private boolean closed;

    private ResidentExamples(Examples examples, DeviceMemory features) {
        this.input = examples.input();
        this.classes = examples.classes();
        this.labels = examples.labels().clone();
        this.features = features;
    }

    static ResidentExamples upload(Examples examples) {
        for (int label : examples.labels()) {
            if (label < 0 || label >= examples.classes()) {
                throw new IllegalArgumentException(
                        "label " + label + " is not in [0, " + examples.classes() + ")");
            }
        }
        return new ResidentExamples(examples, examples.count() == 0 ? null : copy(examples));
    }

    private static DeviceMemory copy(Examples examples) {
        Normalizer normalizer = new Normalizer(examples);
        int columns = normalizer.columns();
        DeviceMemory features = DeviceMemory.unset(examples.count(), columns);
        int rows = Math.max(1, BLOCK / columns);
        float[] block = new float[Math.multiplyExact(rows, columns)];
        for (int from = 0; from < examples.count(); from += rows) {
            int count = Math.min(rows, examples.count() - from);
            normalizer.rows(from, count, block);
            features.write((long) from * columns, block, count * columns);
        }
        return features;
    }

    @Override
    public int count() {
        return labels.length;
    }

    int label(int row) {
        return labels[row];
    }

    /** Rows of normalised values. */
    DeviceMemory features() {
        return features;
    }

    /** Refuses use after close, and by a network of another input or number of classes. */
    void requireFit(InputSpec networkInput, int networkClasses) {
        if (closed) {
            throw new IllegalStateException("the example set is closed");
        }
        if (input.elements() != networkInput.elements() || classes != networkClasses) {
            throw new IllegalArgumentException(
                    "examples of shape %s and %d classes do not fit a network for shape %s and %d classes"
                            .formatted(
                                    input.shape(), classes, networkInput.shape(), networkClasses));
        }
    }

    /** Refuses rows that are not there. */
    void requireRows(int[] rows, int from, int to) {
        for (int i = from; i < to; i++) {
            Objects.checkIndex(rows[i], labels.length);
        }
    }

    @Override
    public void close() {
        closed = true;
        if (features != null) {
            features.close();
            features = null;
        }
    }
}
