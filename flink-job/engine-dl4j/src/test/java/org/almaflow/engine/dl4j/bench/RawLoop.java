package org.almaflow.engine.dl4j.bench;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.floating.RSqrt;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Training steps of an MLP 784-h-h-10 with Adadelta, written with nothing but ND4J operations on
 * one fixed batch that is already there: no data feeding, no loss. It starts afresh for every
 * measurement, before gradients vanish into denormal numbers. Every operation is the fastest form
 * found: bound once to preallocated row-major arrays, so that products run in oneDNN.
 */
final class RawLoop implements Contestant {
    private static final int IN = 784;
    private static final int OUT = 10;

    private final boolean updaterOperation;
    private final int n;
    private final INDArray start;
    private final INDArray theta;
    private final List<INDArray> state = new ArrayList<>();
    private final List<Runnable> steps = new ArrayList<>();
    private final List<OpContext> contexts = new ArrayList<>();

    /**
     * @param updaterOperation whether Adadelta is ND4J's own ada_delta_updater; else it is composed
     *     of vector operations
     */
    RawLoop(int n, int h, boolean updaterOperation) {
        this.n = n;
        this.updaterOperation = updaterOperation;
        int length = IN * h + h + h * h + h + h * OUT + OUT;
        start = random(length).muli(0.05);
        theta = start.dup();
        INDArray gradient = zeros(length);
        int second = IN * h + h;
        int third = second + h * h + h;
        INDArray x = random(n, IN);
        INDArray ones = Nd4j.ones(DataType.FLOAT, 1, n);
        INDArray a1 = zeros(n, h);
        INDArray a2 = zeros(n, h);
        INDArray m1 = zeros(n, h);
        INDArray m2 = zeros(n, h);
        INDArray z = zeros(n, OUT);
        INDArray d2 = zeros(n, h);
        INDArray d1 = zeros(n, h);

        linear(x, theta, 0, IN, h, a1);
        relu(a1, m1);
        linear(a1, theta, second, h, h, a2);
        relu(a2, m2);
        linear(a2, theta, third, h, OUT, z);
        custom("softmax", new INDArray[] {z}, z);
        custom("subtract", new INDArray[] {z, oneHot(n)}, z);
        steps.add(exec(new ScalarMultiplication(z, null, z, 1.0 / n)));
        gradients(a2, z, ones, gradient, third, h, OUT);
        matmul(z, matrix(theta, third, h, OUT), true, false, d2);
        custom("multiply", new INDArray[] {d2, m2}, d2);
        gradients(a1, d2, ones, gradient, second, h, h);
        matmul(d2, matrix(theta, second, h, h), true, false, d1);
        custom("multiply", new INDArray[] {d1, m1}, d1);
        gradients(x, d1, ones, gradient, 0, IN, h);
        if (updaterOperation) {
            updater(theta, gradient);
        } else {
            composedAdadelta(theta, gradient);
        }
    }

    @Override
    public String name() {
        return updaterOperation ? "raw ND4J, updater op" : "raw ND4J, vector ops";
    }

    @Override
    public long train(int count) {
        theta.assign(start);
        state.forEach(array -> array.assign(0));
        for (int i = 0; i < count; i++) {
            for (Runnable step : steps) {
                step.run();
            }
        }
        return (long) count * n;
    }

    private void linear(INDArray x, INDArray theta, int at, int in, int out, INDArray y) {
        matmul(x, matrix(theta, at, in, out), false, false, y);
        custom("biasadd", new INDArray[] {y, part(theta, at + in * out, out)}, y);
    }

    private void relu(INDArray a, INDArray mask) {
        steps.add(exec(new Step(a, mask, 0)));
        custom("relu", new INDArray[] {a}, a, 0.0);
    }

    private void gradients(
            INDArray x, INDArray d, INDArray ones, INDArray gradient, int at, int in, int out) {
        matmul(x, d, false, true, matrix(gradient, at, in, out));
        matmul(ones, d, false, false, matrix(gradient, at + in * out, 1, out));
    }

    private void updater(INDArray theta, INDArray g) {
        INDArray[] inPlace = {g, kept(g.length()), kept(g.length())};
        custom("ada_delta_updater", inPlace, inPlace, 0.9, 1e-6);
        custom("subtract", new INDArray[] {theta, g}, theta);
    }

    /** Uses that √(b+ε)/√(a+ε) is 1/√((a+ε)/(b+ε)): ND4J's rsqrt is faster than its sqrt. */
    private void composedAdadelta(INDArray theta, INDArray g) {
        INDArray squares = kept(g.length());
        INDArray moves = kept(g.length());
        INDArray t = zeros(g.length());
        INDArray u = zeros(g.length());
        average(squares, g, t);
        steps.add(exec(new ScalarAdd(squares, null, t, 1e-6)));
        steps.add(exec(new ScalarAdd(moves, null, u, 1e-6)));
        custom("divide", new INDArray[] {t, u}, t);
        RSqrt root = new RSqrt(t, t);
        steps.add(() -> Nd4j.getExecutioner().exec(root));
        custom("multiply", new INDArray[] {t, g}, t);
        custom("subtract", new INDArray[] {theta, t}, theta);
        average(moves, t, u);
    }

    /** {@code mean ← 0.9 · mean + 0.1 · value²}. */
    private void average(INDArray mean, INDArray value, INDArray scratch) {
        long length = mean.length();
        custom("multiply", new INDArray[] {value, value}, scratch);
        steps.add(exec(new ScalarMultiplication(mean, null, mean, 0.9)));
        steps.add(() -> Nd4j.getBlasWrapper().level1().axpy(length, 0.1, scratch, mean));
    }

    private void matmul(INDArray a, INDArray b, boolean tb, boolean ta, INDArray out) {
        OpContext context = bound(new INDArray[] {a, b}, out);
        context.setIArguments(ta ? 1 : 0, tb ? 1 : 0, 0);
        context.setTArguments(1.0, 0.0);
        run("matmul", context);
    }

    private void custom(String name, INDArray[] in, INDArray out, double... arguments) {
        custom(name, in, new INDArray[] {out}, arguments);
    }

    private void custom(String name, INDArray[] in, INDArray[] out, double... arguments) {
        OpContext context = bound(in, out);
        if (arguments.length > 0) {
            context.setTArguments(arguments);
        }
        run(name, context);
    }

    private OpContext bound(INDArray[] in, INDArray... out) {
        OpContext context = Nd4j.getExecutioner().buildContext();
        context.setInputArrays(in);
        context.setOutputArrays(out);
        contexts.add(context);
        return context;
    }

    private void run(String name, OpContext context) {
        CustomOp operation = DynamicCustomOp.builder(name).build();
        steps.add(() -> Nd4j.getExecutioner().exec(operation, context));
    }

    private static Runnable exec(ScalarOp operation) {
        return () -> Nd4j.getExecutioner().exec(operation);
    }

    private INDArray kept(long length) {
        INDArray array = zeros(length);
        state.add(array);
        return array;
    }

    private static INDArray oneHot(int n) {
        INDArray target = zeros(n, OUT);
        for (int i = 0; i < n; i++) {
            target.putScalar(i, i % OUT, 1);
        }
        return target;
    }

    private static INDArray part(INDArray flat, int at, int length) {
        return flat.get(NDArrayIndex.interval(at, at + length));
    }

    private static INDArray matrix(INDArray flat, int at, int rows, int columns) {
        return part(flat, at, rows * columns).reshape('c', new long[] {rows, columns});
    }

    private static INDArray zeros(long... shape) {
        return Nd4j.zeros(DataType.FLOAT, shape);
    }

    private static INDArray random(long... shape) {
        return Nd4j.rand(DataType.FLOAT, shape).subi(0.5);
    }
}
