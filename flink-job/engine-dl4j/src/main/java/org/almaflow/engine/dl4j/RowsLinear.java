package org.almaflow.engine.dl4j;

import java.util.Arrays;

/** A linear layer on rows of device memory whose output and its gradient are heap arrays. */
final class RowsLinear {
    private final Shape shape;
    private final int weightAt;
    private final int biasAt;
    private final Workspace workspace;
    private final DeviceMemory out;
    private final DeviceMemory weightGradient;
    private final float[] bias;
    private final float[] weights;
    private final Runnable product;
    private final Runnable weightProduct;
    private final Runnable inputProduct;

    /** Rows, inputs and outputs. */
    record Shape(int rows, int in, int out) {}

    /**
     * Binds a layer.
     *
     * @param weightAt where its weights [out, in] begin in the flat vector
     * @param x the input [rows, in]
     * @param dx receives the gradient of the input
     */
    RowsLinear(
            Shape shape,
            int weightAt,
            int biasAt,
            DeviceMemory x,
            DeviceMemory dx,
            Workspace workspace) {
        this.shape = shape;
        this.weightAt = weightAt;
        this.biasAt = biasAt;
        this.workspace = workspace;
        this.out = workspace.memory(shape.rows(), shape.out());
        this.weightGradient = workspace.memory(shape.out(), shape.in());
        this.bias = workspace.heap(shape.out());
        this.weights = workspace.heap(shape.out() * shape.in());
        var input = x.view(0, shape.rows(), shape.in());
        var below = dx.view(0, shape.rows(), shape.in());
        var w = workspace.parameters().view(weightAt, shape.out(), shape.in());
        product = workspace.own(Operation.product(input, false, w, true, out.array()));
        weightProduct =
                workspace.own(
                        Operation.product(out.array(), true, input, false, weightGradient.array()));
        inputProduct = workspace.own(Operation.product(out.array(), false, w, false, below));
    }

    /** Computes rows × out values. */
    void forward(float[] values) {
        product.run();
        int width = shape.out();
        int count = shape.rows() * width;
        out.read(values, count);
        workspace.parameters().read(biasAt, bias, width);
        for (int at = 0; at < count; at += width) {
            for (int i = 0; i < width; i++) {
                values[at + i] += bias[i];
            }
        }
    }

    /** Computes the gradient of the input, and those of the parameters into their places. */
    void backward(float[] delta, float[] gradient) {
        int width = shape.out();
        int count = shape.rows() * width;
        out.write(0, delta, count);
        weightProduct.run();
        inputProduct.run();
        weightGradient.read(weights, weights.length);
        System.arraycopy(weights, 0, gradient, weightAt, weights.length);
        Arrays.fill(bias, 0);
        for (int at = 0; at < count; at += width) {
            for (int i = 0; i < width; i++) {
                bias[i] += delta[at + i];
            }
        }
        System.arraycopy(bias, 0, gradient, biasAt, width);
    }
}
