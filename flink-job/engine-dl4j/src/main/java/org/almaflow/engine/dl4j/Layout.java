package org.almaflow.engine.dl4j;

import java.util.List;
import org.almaflow.learning.network.NetworkSpec;

/**
 * Where the tensors of a {@link NetworkSpec}, one after another, lie in the flat vector that a
 * model computes with. Every element has a place; the flat vector may have more, which stay zero.
 *
 * @param length of the flat vector
 */
record Layout(List<Block> blocks, int length) {
    /**
     * A block of consecutive tensor elements, taken as a matrix [rows, columns], row-major; its
     * element (r, c) lies at {@code at + r · rowStep + c · columnStep} of the flat vector.
     */
    record Block(int rows, int columns, int at, int rowStep, int columnStep) {
        /** Elements that stay together. */
        static Block straight(int length, int at) {
            return new Block(1, length, at, length, 1);
        }

        /** A matrix [out, in] that becomes columns of a matrix [in, width], row-major. */
        static Block transposed(int out, int in, int at, int width) {
            return new Block(out, in, at, 1, width);
        }

        private int place(int r, int c) {
            return at + r * rowStep + c * columnStep;
        }
    }

    Layout {
        blocks = List.copyOf(blocks);
    }

    /** The order of the tensors itself. */
    static Layout straight(NetworkSpec spec) {
        int length = Math.toIntExact(spec.parameters());
        return new Layout(List.of(Block.straight(length, 0)), length);
    }

    /** Number of tensor elements. */
    int parameters() {
        return blocks.stream().mapToInt(b -> b.rows * b.columns).sum();
    }

    /** From the order of {@link NetworkSpec#tensors}. */
    float[] fromTensors(float[] tensors) {
        float[] flat = new float[length];
        int from = 0;
        for (Block b : blocks) {
            for (int r = 0; r < b.rows; r++) {
                for (int c = 0; c < b.columns; c++) {
                    flat[b.place(r, c)] = tensors[from++];
                }
            }
        }
        return flat;
    }

    /** To the order of {@link NetworkSpec#tensors}. */
    float[] toTensors(float[] flat) {
        float[] tensors = new float[parameters()];
        int from = 0;
        for (Block b : blocks) {
            for (int r = 0; r < b.rows; r++) {
                for (int c = 0; c < b.columns; c++) {
                    tensors[from++] = flat[b.place(r, c)];
                }
            }
        }
        return tensors;
    }
}
