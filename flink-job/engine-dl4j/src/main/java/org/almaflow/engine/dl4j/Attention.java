package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.network.TransformerSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Causal attention of a block. Queries (already divided by the root of a head's width), keys,
 * values and probabilities lie head after head of sequence after sequence, each a matrix of its
 * own, and stay on the device for the gradient.
 */
final class Attention {
    private final TransformerBuffers buffers;
    private final int positions;
    private final int width;
    private final int heads;
    private final int headWidth;
    private final float scale;
    private final DeviceMemory input;
    private final DeviceMemory queries;
    private final DeviceMemory keys;
    private final DeviceMemory values;
    private final DeviceMemory probabilities;
    private final DeviceMemory mixed;
    private final RowsLinear project;
    private final RowsLinear out;
    private final List<Runnable> scores = new ArrayList<>();
    private final List<Runnable> mix = new ArrayList<>();
    private final List<Runnable> first = new ArrayList<>();
    private final List<Runnable> second = new ArrayList<>();

    Attention(int block, TransformerBuffers buffers) {
        TransformerSpec spec = buffers.spec();
        this.buffers = buffers;
        this.positions = spec.positions();
        this.width = spec.width();
        this.heads = spec.heads();
        this.headWidth = width / heads;
        this.scale = (float) (1 / Math.sqrt(headWidth));
        int rows = buffers.rows();
        Workspace workspace = buffers.workspace();
        input = workspace.memory(rows, width);
        queries = workspace.memory(rows, width);
        keys = workspace.memory(rows, width);
        values = workspace.memory(rows, width);
        mixed = workspace.memory(rows, width);
        probabilities = workspace.memory((long) rows * heads, positions);
        String name = "blocks." + block + ".attention.";
        project =
                buffers.linear(
                        name + "qkv", 0, new RowsLinear.Shape(rows, width, 3 * width), input);
        out = buffers.linear(name + "out", 0, new RowsLinear.Shape(rows, width, width), mixed);
        for (int g = 0; g < buffers.sequences() * heads; g++) {
            bind(g, workspace);
        }
    }

    /** The products of head {@code g}, counted over all sequences. */
    private void bind(int g, Workspace workspace) {
        INDArray q = head(queries, g);
        INDArray k = head(keys, g);
        INDArray v = head(values, g);
        INDArray p = score(probabilities, g);
        INDArray s = score(buffers.scores(), g);
        INDArray o = head(buffers.mixed(), g);
        scores.add(workspace.own(Operation.product(q, false, k, true, s)));
        mix.add(workspace.own(Operation.product(p, false, v, false, o)));
        INDArray dq = head(buffers.queries(), g);
        INDArray dk = head(buffers.keys(), g);
        INDArray dv = head(buffers.values(), g);
        first.add(workspace.own(Operation.product(p, true, o, false, dv)));
        first.add(workspace.own(Operation.product(o, false, v, true, s)));
        second.add(workspace.own(Operation.product(s, false, k, false, dq)));
        second.add(workspace.own(Operation.product(s, true, q, false, dk)));
    }

    private INDArray head(DeviceMemory memory, int g) {
        return memory.matrix((long) g * positions * headWidth, positions, headWidth);
    }

    private INDArray score(DeviceMemory memory, int g) {
        return memory.matrix((long) g * positions * positions, positions, positions);
    }

    /** From rows {@code h} [rows, width] to {@code y} of that shape. */
    void forward(float[] h, float[] y) {
        int count = buffers.rows() * width;
        input.write(0, h, count);
        float[] projected = buffers.wide();
        project.forward(projected);
        part(projected, 0, queries, scale);
        part(projected, 1, keys, 1);
        part(projected, 2, values, 1);
        scores.forEach(Runnable::run);
        float[] s = buffers.score();
        buffers.scores().read(s, s.length);
        for (int row = 0; row < s.length / positions; row++) {
            softmax(s, row * positions, row % positions);
        }
        probabilities.write(0, s, s.length);
        mix.forEach(Runnable::run);
        join(buffers.mixed(), y, 0, width, 1);
        mixed.write(0, y, count);
        out.forward(y);
    }

    /** Of the first {@code last + 1} scores; the others, which come later, get 0. */
    private void softmax(float[] s, int at, int last) {
        float max = s[at];
        for (int i = at + 1; i <= at + last; i++) {
            max = Math.max(max, s[i]);
        }
        float sum = 0;
        for (int i = at; i <= at + last; i++) {
            s[i] = (float) Math.exp(s[i] - max);
            sum += s[i];
        }
        float factor = 1 / sum;
        for (int i = at; i <= at + last; i++) {
            s[i] *= factor;
        }
        Arrays.fill(s, at + last + 1, at + positions, 0);
    }

    /** The gradient of {@code h} for that of {@code y}; those of the parameters go their places. */
    void backward(float[] dy, float[] dh, float[] gradient) {
        int count = buffers.rows() * width;
        out.backward(dy, gradient);
        float[] dMixed = buffers.one();
        buffers.below().read(dMixed, count);
        part(dMixed, width, 0, buffers.mixed(), 1);
        first.forEach(Runnable::run);
        scoreGradients();
        second.forEach(Runnable::run);
        float[] dProjected = buffers.wide();
        join(buffers.queries(), dProjected, 0, 3 * width, scale);
        join(buffers.keys(), dProjected, width, 3 * width, 1);
        join(buffers.values(), dProjected, 2 * width, 3 * width, 1);
        project.backward(dProjected, gradient);
        buffers.below().read(dh, count);
    }

    /** {@code ∂s = p ∘ (∂p − Σ p·∂p)}, row by row. */
    private void scoreGradients() {
        float[] p = buffers.score();
        float[] d = buffers.otherScore();
        probabilities.read(p, p.length);
        buffers.scores().read(d, d.length);
        for (int at = 0; at < p.length; at += positions) {
            int end = at + at / positions % positions + 1;
            float sum = 0;
            for (int i = at; i < end; i++) {
                sum += p[i] * d[i];
            }
            for (int i = at; i < end; i++) {
                d[i] = p[i] * (d[i] - sum);
            }
            Arrays.fill(d, end, at + positions, 0);
        }
        buffers.scores().write(0, d, d.length);
    }

    private void part(float[] projected, int which, DeviceMemory to, float factor) {
        part(projected, 3 * width, which * width, to, factor);
    }

    /** Columns {@code from} … of rows [rows, step] as heads. */
    private void part(float[] rows, int step, int from, DeviceMemory to, float factor) {
        float[] parted = buffers.two();
        int at = 0;
        for (int s = 0; s < buffers.sequences(); s++) {
            for (int head = 0; head < heads; head++) {
                for (int t = 0; t < positions; t++) {
                    int row = (s * positions + t) * step + from + head * headWidth;
                    for (int i = 0; i < headWidth; i++) {
                        parted[at++] = rows[row + i] * factor;
                    }
                }
            }
        }
        to.write(0, parted, at);
    }

    /** Heads as columns {@code to} … of rows [rows, step]. */
    private void join(DeviceMemory from, float[] rows, int to, int step, float factor) {
        float[] parted = buffers.two();
        from.read(parted, buffers.rows() * width);
        int at = 0;
        for (int s = 0; s < buffers.sequences(); s++) {
            for (int head = 0; head < heads; head++) {
                for (int t = 0; t < positions; t++) {
                    int row = (s * positions + t) * step + to + head * headWidth;
                    for (int i = 0; i < headWidth; i++) {
                        rows[row + i] = parted[at++] * factor;
                    }
                }
            }
        }
    }
}
