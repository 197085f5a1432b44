package org.almaflow.engine.dl4j;

import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An ND4J operation bound to its arrays once and run many times: ND4J then neither looks for shapes
 * nor allocates, and a small operation costs one or two microseconds instead of ten.
 */
final class Operation implements AutoCloseable {
    private final CustomOp operation;
    private final OpContext context;

    private Operation(String name, INDArray[] in, INDArray out, Consumer<OpContext> arguments) {
        this(name, in, new INDArray[] {out}, arguments);
    }

    private Operation(String name, INDArray[] in, INDArray[] out, Consumer<OpContext> arguments) {
        operation = DynamicCustomOp.builder(name).build();
        context = Nd4j.getExecutioner().buildContext();
        context.setInputArrays(in);
        context.setOutputArrays(out);
        arguments.accept(context);
    }

    /**
     * kernel h w, stride h w, padding h w, dilation h w, explicit padding, NHWC, [out, in, h, w]
     */
    private static final long[] CONVOLUTION_3X3 = {3, 3, 1, 1, 1, 1, 1, 1, 0, 1, 1};

    /** {@code out = x * w}: 3x3, padding 1; images [n, h, w, c], weights [out, in, 3, 3]. */
    static Operation convolution(INDArray x, INDArray w, INDArray out) {
        return new Operation(
                "conv2d",
                new INDArray[] {x, w},
                out,
                context -> context.setIArguments(CONVOLUTION_3X3));
    }

    /**
     * Gradients {@code dx} and {@code dw} of {@link #convolution} for the gradient of its output.
     */
    static Operation convolutionBackward(
            INDArray x, INDArray w, INDArray delta, INDArray dx, INDArray dw) {
        return new Operation(
                "conv2d_bp",
                new INDArray[] {x, w, delta},
                new INDArray[] {dx, dw},
                context -> context.setIArguments(CONVOLUTION_3X3));
    }

    /** {@code out = a · b}, with either transposed. */
    static Operation product(INDArray a, boolean ta, INDArray b, boolean tb, INDArray out) {
        return new Operation(
                "matmul",
                new INDArray[] {a, b},
                out,
                context -> {
                    context.setIArguments(ta ? 1 : 0, tb ? 1 : 0, 0);
                    context.setTArguments(1.0, 0.0);
                });
    }

    /** {@code a = a ∘ b}, element by element. */
    static Operation times(INDArray a, INDArray b) {
        return new Operation("multiply", new INDArray[] {a, b}, a, context -> {});
    }

    /** Adds a vector to every row of {@code a}. */
    static Operation addRow(INDArray a, INDArray vector) {
        return new Operation("biasadd", new INDArray[] {a, vector}, a, context -> {});
    }

    void run() {
        Nd4j.getExecutioner().exec(operation, context);
    }

    @Override
    public void close() {
        try {
            context.close();
        } catch (Exception e) {
            throw new IllegalStateException("ND4J cannot free an operation", e);
        }
    }
}
