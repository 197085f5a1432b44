package org.almaflow.engine.dl4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.network.InputSpec;

/** Turns examples of any element type into normalised rows, each followed by the bias input 1. */
final class Normalizer {
    private final InputSpec input;
    private final ByteBuffer features;
    private final float[] scale;
    private final float[] shift;

    Normalizer(Examples examples) {
        input = examples.input();
        features = examples.features().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        scale = new float[input.elements()];
        shift = new float[input.elements()];
        for (int i = 0; i < scale.length; i++) {
            scale[i] = input.scale(i);
            shift[i] = input.shift(i);
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
                case INT32 -> ints(first, block, at);
            }
            at += scale.length;
            block[at++] = 1;
        }
    }

    private void bytes(int first, float[] block, int at) {
        for (int i = 0; i < scale.length; i++) {
            block[at + i] = (features.get(first + i) & 0xFF) * scale[i] + shift[i];
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
