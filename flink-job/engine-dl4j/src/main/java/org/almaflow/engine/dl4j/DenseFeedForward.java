package org.almaflow.engine.dl4j;

import org.almaflow.learning.network.TransformerSpec;

/** Two linear layers with ReLU between them, on a fixed number of rows. */
final class DenseFeedForward implements FeedForward {
    private final TransformerBuffers buffers;
    private final int rows;
    private final int width;
    private final int inner;
    private final DeviceMemory input;
    private final DeviceMemory hidden;
    private final RowsLinear up;
    private final RowsLinear down;

    /** The inner values after ReLU. */
    private final float[] a;

    /**
     * Binds the layers.
     *
     * @param name of their tensors, before {@code up} and {@code down}
     * @param index of their parts in stacked tensors
     */
    DenseFeedForward(String name, int index, int rows, TransformerBuffers buffers) {
        TransformerSpec spec = buffers.spec();
        this.buffers = buffers;
        this.rows = rows;
        this.width = spec.width();
        this.inner = spec.feedForward();
        this.input = buffers.workspace().memory(rows, width);
        this.hidden = buffers.workspace().memory(rows, inner);
        this.a = buffers.workspace().heap(rows * inner);
        this.up =
                buffers.linear(name + "up", index, new RowsLinear.Shape(rows, width, inner), input);
        this.down =
                buffers.linear(
                        name + "down", index, new RowsLinear.Shape(rows, inner, width), hidden);
    }

    @Override
    public void forward(float[] h, float[] y) {
        input.write(0, h, rows * width);
        up.forward(a);
        for (int i = 0; i < a.length; i++) {
            a[i] = a[i] > 0 || Float.isNaN(a[i]) ? a[i] : 0;
        }
        hidden.write(0, a, a.length);
        down.forward(y);
    }

    @Override
    public void backward(float[] h, float[] dy, float[] dh, float[] gradient) {
        down.backward(dy, gradient);
        float[] da = buffers.wide();
        buffers.below().read(da, a.length);
        for (int i = 0; i < a.length; i++) {
            da[i] = a[i] > 0 ? da[i] : 0;
        }
        up.backward(da, gradient);
        buffers.below().read(dh, rows * width);
    }
}
