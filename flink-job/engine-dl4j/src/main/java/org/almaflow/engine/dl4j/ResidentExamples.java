package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.ExampleChecks;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.engine.SharedExamples;
import org.almaflow.learning.network.InputSpec;

/** Normalised examples on the device, as rows [elements + 1] whose last value is 1; labels here. */
final class ResidentExamples implements SharedExamples.Sharable {
    /** Values that one copy to the device carries. */
    private static final int BLOCK = 1 << 16;

    private final InputSpec input;
    private final int classes;
    private final int[] labels;
    private int count;

    /** What close does beside closing this set's view of the memory. */
    private final Runnable afterwards;

    /** Null when closed, and when there is no room. */
    private DeviceMemory features;

    private boolean closed;

    private ResidentExamples(
            InputSpec input,
            int classes,
            int[] labels,
            int count,
            DeviceMemory features,
            Runnable afterwards) {
        this.input = input;
        this.classes = classes;
        this.labels = labels;
        this.count = count;
        this.features = features;
        this.afterwards = afterwards;
    }

    /** Room for {@code capacity} examples. */
    static ResidentExamples reserve(InputSpec input, int classes, int capacity) {
        DeviceMemory features = capacity == 0 ? null : DeviceMemory.unset(capacity, columns(input));
        return new ResidentExamples(input, classes, new int[capacity], 0, features, () -> {});
    }

    @Override
    public ResidentExamples view(Runnable afterwards) {
        DeviceMemory seen = features == null ? null : features.view();
        return new ResidentExamples(input, classes, labels, count, seen, afterwards);
    }

    /** Length of a row: the elements of an example and the bias input. */
    static int columns(InputSpec input) {
        return Math.addExact(input.elements(), 1);
    }

    @Override
    public void append(Examples examples) {
        if (closed) {
            throw new IllegalStateException("the example set is closed");
        }
        ExampleChecks.requireAppendable(this, labels.length, examples);
        System.arraycopy(examples.labels(), 0, labels, count, examples.count());
        copy(examples);
        count += examples.count();
    }

    private void copy(Examples examples) {
        Normalizer normalizer = new Normalizer(examples);
        int columns = normalizer.columns();
        int rows = Math.max(1, Math.min(examples.count(), BLOCK / columns));
        float[] block = new float[Math.multiplyExact(rows, columns)];
        for (int from = 0; from < examples.count(); from += rows) {
            int some = Math.min(rows, examples.count() - from);
            normalizer.rows(from, some, block);
            features.write((long) (count + from) * columns, block, some * columns);
        }
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public InputSpec input() {
        return input;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public int[] labels() {
        return labels;
    }

    @Override
    public long bytes() {
        return closed
                ? 0
                : (long) labels.length * Integer.BYTES + (features == null ? 0 : features.bytes());
    }

    /** Copies {@code count} tokens of an example, from token {@code first} on. */
    void tokens(int row, int first, int count, int[] tokens, int at) {
        float[] values = new float[count];
        features.read((long) row * columns(input) + first, values, count);
        for (int i = 0; i < count; i++) {
            tokens[at + i] = (int) values[i]; // floats hold whole numbers up to 2^24 exactly
        }
    }

    /** What is to be predicted of an example: its label, or every token but the first. */
    void targets(int row, int[] targets) {
        if (input.tokens()) {
            tokens(row, 1, targets.length, targets, 0);
        } else {
            targets[0] = labels[row];
        }
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
        ExampleChecks.requireFit(this, networkInput, networkClasses);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (features != null) {
            features.close();
            features = null;
        }
        afterwards.run();
    }
}
