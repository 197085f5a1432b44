package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A linear layer's part of the flat vector: {@code groups} matrices [rows, inputs], row-major, one
 * after another. Group g maps the g-th part [inputs, n] of the input to the g-th part [rows, n] of
 * the output. The last of a network's inputs is 1, so that its column holds the biases.
 *
 * @param at where the first matrix begins
 * @param panel 0, or the number of rows that one product of {@link #exact} computes
 */
record LinearLayer(int at, int groups, int rows, int inputs, int panel) {
    /** Where the next layer's part begins. */
    int end() {
        return Math.addExact(at, Math.multiplyExact(groups, Math.multiplyExact(rows, inputs)));
    }

    /** Rows of the whole output. */
    int outputs() {
        return groups * rows;
    }

    /** The matrix of a group within a flat vector. */
    INDArray matrix(DeviceMemory flat, int group) {
        return flat.matrix(at + group * rows * inputs, rows, inputs);
    }

    /** Where rows of the matrices begin. */
    private int rowAt(int row) {
        return at + row * inputs;
    }

    /** A weight tensor [out, in] as columns from {@code column} on of rows from {@code row} on. */
    Layout.Block weight(int out, int in, int row, int column) {
        return new Layout.Block(out, in, rowAt(row) + column, inputs, 1);
    }

    /** A bias tensor [out] as a column of rows from {@code row} on. */
    Layout.Block bias(int out, int row, int column) {
        return new Layout.Block(1, out, rowAt(row) + column, 0, inputs);
    }

    /**
     * The output by products that all have the same shape, [panel, inputs] by [inputs, n], however
     * many rows there are. Then a row's value depends on nothing but its weights and the input:
     * BLAS may sum in another order for another shape. The last panel overlaps the one before.
     */
    List<Operation> exact(DeviceMemory flat, INDArray input, boolean transposed, DeviceMemory out) {
        int n = Math.toIntExact(out.array().columns());
        List<Operation> products = new ArrayList<>();
        for (int row = 0; row < rows; row += panel) {
            int from = Math.min(row, rows - panel);
            INDArray weights = flat.matrix(rowAt(from), panel, inputs);
            INDArray part = out.matrix((long) from * n, panel, n);
            products.add(Operation.product(weights, false, input, transposed, part));
        }
        return products;
    }
}
