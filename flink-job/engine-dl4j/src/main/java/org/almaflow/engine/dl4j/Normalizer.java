package org.almaflow.engine.dl4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;

/** Turns examples of any element type into normalised rows, each followed by the bias input 1. */
final class Normalizer {
    private final InputSpec input;
    private final ByteBuffer features;
    private final float[] scale;
    private final float[] shift;

    /** A row of bytes, and its elements that are normalised alike: mostly one run a colour. */
    private final byte[] raw;

    private final List<Run> runs = new ArrayList<>();

    /** Elements [from, to) and what they are for each of the 256 bytes. */
    private record Run(int from, int to, float[] values) {}

    Normalizer(Examples examples) {
        input = examples.input();
        features = examples.features().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        scale = new float[input.elements()];
        shift = new float[input.elements()];
        raw = new byte[input.elements()];
        for (int i = 0; i < scale.length; i++) {
            scale[i] = input.scale(i);
            shift[i] = input.shift(i);
        }
        if (input.type() == ElementType.UINT8) {
            findRuns();
        }
    }

    private void findRuns() {
        int from = 0;
        for (int to = 1; to <= scale.length; to++) {
            if (to == scale.length || scale[to] != scale[from] || shift[to] != shift[from]) {
                float[] values = new float[256];
                for (int value = 0; value < values.length; value++) {
                    values[value] = value * scale[from] + shift[from];
                }
                runs.add(new Run(from, to, values));
                from = to;
            }
        }
    }

    /** Length of a normalised row: the elements of an example and the bias input. */
    int columns() {
        return scale.length + 1;
    }

    /** Writes {@code count} rows from row {@code from} on to the start of {@code block}. */
    void rows(int from, int count, float[] block) {
        int at = 0;
        for (int row = from; row < from + count; row++) {
            int first = row * input.bytes();
            switch (input.type()) {
                case UINT8 -> bytes(first, block, at);
                case FLOAT32 -> floats(first, block, at);
                case INT32, TOKEN -> ints(first, block, at);
            }
            at += scale.length;
            block[at++] = 1;
        }
    }

    private void bytes(int first, float[] block, int at) {
        features.get(first, raw);
        for (Run run : runs) {
            look(run, block, at);
        }
    }

    private void look(Run run, float[] block, int at) {
        float[] values = run.values;
        for (int i = run.from; i < run.to; i++) {
            block[at + i] = values[raw[i] & 0xFF];
        }
    }

    private void floats(int first, float[] block, int at) {
        for (int i = 0; i < scale.length; i++) {
            block[at + i] = features.getFloat(first + 4 * i) * scale[i] + shift[i];
        }
    }

    private void ints(int first, float[] block, int at) {
        for (int i = 0; i < scale.length; i++) {
            block[at + i] = features.getInt(first + 4 * i) * scale[i] + shift[i];
        }
    }
}
