package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The buffers and operations of a mini-batch of n rows, made once and used for every mini-batch of
 * that size. The network owns it; it shares the network's parameter and gradient vectors.
 *
 * <p>Every activation buffer is [n, width + 1] and its last column is 1 (see {@link Layout}): a
 * layer's product is written into the columns before it, and the element-wise operations run over
 * the whole buffer, which they leave as it is there.
 */
final class Batch implements AutoCloseable {
    private final int rows;
    private final DeviceMemory input;
    private final DeviceMemory logits;
    private final List<AutoCloseable> owned = new ArrayList<>();
    private final List<Runnable> forward = new ArrayList<>();
    private final List<Runnable> backward = new ArrayList<>();

    Batch(int rows, Layout layout, DeviceMemory parameters, DeviceMemory gradient) {
        this.rows = rows;
        this.input = memory(layout.inputs(0) + 1);
        this.logits = memory(layout.outputs(layout.layers() - 1));
        layers(layout, parameters, gradient);
    }

    /** Adds the operations of all layers; the gradient of the logits overwrites the logits. */
    private void layers(Layout layout, DeviceMemory parameters, DeviceMemory gradient) {
        INDArray below = input.array();
        List<Runnable> reversed = new ArrayList<>();
        INDArray delta = null;
        for (int layer = 0; layer < layout.layers(); layer++) {
            int width = layout.outputs(layer);
            boolean last = layer + 1 == layout.layers();
            INDArray weights = layout.matrix(parameters, layer);
            DeviceMemory out = last ? logits : activations(width);
            INDArray product = last ? out.array() : out.firstColumns(width);
            forward.add(multiply(below, false, weights, false, product));
            DeviceMemory outDelta = last ? logits : memory(width + 1);
            INDArray deltaProduct = last ? logits.array() : outDelta.firstColumns(width);
            if (layer > 0) {
                INDArray inner = layout.innerWeights(parameters, layer);
                reversed.add(multiply(deltaProduct, false, inner, true, delta));
            }
            reversed.add(
                    multiply(below, true, deltaProduct, false, layout.matrix(gradient, layer)));
            if (!last) {
                rectify(out, outDelta, reversed);
            }
            delta = deltaProduct;
            below = out.array();
        }
        for (int i = reversed.size() - 1; i >= 0; i--) {
            backward.add(reversed.get(i));
        }
    }

    /**
     * ReLU as a product with its mask, which keeps a NaN that max would hide; the gradient is a
     * product with the same mask.
     */
    private void rectify(DeviceMemory out, DeviceMemory delta, List<Runnable> reversed) {
        DeviceMemory mask = memory(Math.toIntExact(out.array().columns()));
        Step step = new Step(out.array(), mask.array(), 0);
        forward.add(() -> Nd4j.getExecutioner().exec(step));
        forward.add(times(out.array(), mask.array()));
        reversed.add(times(delta.array(), mask.array()));
    }

    /** A buffer whose last column is 1. */
    private DeviceMemory activations(int width) {
        DeviceMemory memory = memory(width + 1);
        memory.array().getColumn(width).assign(1);
        return memory;
    }

    private DeviceMemory memory(int columns) {
        DeviceMemory memory = DeviceMemory.zeros(rows, columns);
        owned.add(memory);
        return memory;
    }

    private Runnable multiply(INDArray a, boolean ta, INDArray b, boolean tb, INDArray out) {
        Operation operation = Operation.multiply(a, ta, b, tb, out);
        owned.add(0, operation);
        return operation::run;
    }

    private Runnable times(INDArray a, INDArray b) {
        Operation operation = Operation.times(a, b, a);
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
        return logits;
    }

    /** Computes the logits. */
    void forward() {
        forward.forEach(Runnable::run);
    }

    /** Computes the gradient of all parameters. */
    void backward() {
        backward.forEach(Runnable::run);
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
