package org.almaflow.engine.dl4j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The buffers and operations of a mini-batch of n rows, made once and used for every mini-batch of
 * that size. The network owns it; it shares the network's parameter and gradient vectors.
 *
 * <p>Every operand is dense and row-major, which is the case that ND4J gives to oneDNN.
 */
final class Batch implements AutoCloseable {
    private final int rows;
    private final Layout layout;
    private final DeviceMemory input;

    /**
     * Gradients [n, width] of the layers' outputs, before ReLU; the last one is also the logits.
     */
    private final List<DeviceMemory> deltas = new ArrayList<>();

    private final float[] deltaCopy;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final List<Runnable> forward = new ArrayList<>();
    private final Deque<Runnable> backward = new ArrayDeque<>();

    Batch(int rows, Layout layout, DeviceMemory parameters, DeviceMemory gradient) {
        this.rows = rows;
        this.layout = layout;
        this.input = memory(layout.inputs(0) + 1);
        INDArray below = input.array();
        int widest = 0;
        for (int layer = 0; layer < layout.layers(); layer++) {
            below = layer(layer, below, parameters, gradient);
            widest = Math.max(widest, layer == 0 ? 0 : layout.outputs(layer));
        }
        this.deltaCopy = new float[Math.multiplyExact(rows, widest)];
    }

    /** Adds a layer's operations and returns its output. */
    private INDArray layer(
            int layer, INDArray below, DeviceMemory parameters, DeviceMemory gradient) {
        DeviceMemory delta = memory(layout.outputs(layer));
        deltas.add(delta);
        boolean last = layer + 1 == layout.layers();
        INDArray out = last ? delta.array() : memory(layout.outputs(layer)).array();
        INDArray weights = layout.weights(parameters, layer);
        forward.add(run(Operation.product(below, false, weights, false, out)));
        if (layer > 0) {
            forward.add(run(Operation.addRow(out, layout.bias(parameters, layer))));
            INDArray lower = deltas.get(layer - 1).array();
            backward.addFirst(run(Operation.product(delta.array(), false, weights, true, lower)));
        }
        INDArray weightGradient = layout.weights(gradient, layer);
        backward.addFirst(
                run(Operation.product(below, true, delta.array(), false, weightGradient)));
        if (!last) {
            rectify(out, delta.array());
        }
        return out;
    }

    /**
     * ReLU as a product with its mask, which keeps a NaN that a maximum would hide; the gradient is
     * a product with the same mask.
     */
    private void rectify(INDArray out, INDArray delta) {
        INDArray mask = memory(Math.toIntExact(out.columns())).array();
        Step step = new Step(out, mask, 0);
        forward.add(() -> Nd4j.getExecutioner().exec(step));
        forward.add(run(Operation.times(out, mask)));
        backward.addFirst(run(Operation.times(delta, mask)));
    }

    private DeviceMemory memory(int columns) {
        DeviceMemory memory = DeviceMemory.zeros(rows, columns);
        owned.add(memory);
        return memory;
    }

    private Runnable run(Operation operation) {
        owned.add(0, operation);
        return operation::run;
    }

    /** Number of rows. */
    int rows() {
        return rows;
    }

    /** The mini-batch [n, elements + 1], to be filled before {@link #forward}. */
    DeviceMemory input() {
        return input;
    }

    /** The logits [n, classes] after {@link #forward}; their gradient before {@link #backward}. */
    DeviceMemory logits() {
        return deltas.get(deltas.size() - 1);
    }

    /** Computes the logits. */
    void forward() {
        forward.forEach(Runnable::run);
    }

    /** Computes the gradient of all parameters but the biases after the first layer. */
    void backward() {
        backward.forEach(Runnable::run);
    }

    /**
     * Completes a copy of the gradient: the sums of the deltas, which a loop over a copy finds in a
     * fifth of the time of any ND4J reduction.
     */
    void biasGradients(float[] gradient) {
        for (int layer = 1; layer < layout.layers(); layer++) {
            int width = layout.outputs(layer);
            int at = layout.biasOffset(layer);
            deltas.get(layer).read(deltaCopy, rows * width);
            Arrays.fill(gradient, at, at + width, 0);
            for (int row = 0; row < rows; row++) {
                addTo(gradient, at, deltaCopy, row * width, width);
            }
        }
    }

    private static void addTo(float[] sum, int at, float[] values, int from, int count) {
        for (int i = 0; i < count; i++) {
            sum[at + i] += values[from + i];
        }
    }

    @Override
    public void close() {
        for (AutoCloseable resource : owned) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("a mini-batch's memory cannot be freed", e);
            }
        }
    }
}
