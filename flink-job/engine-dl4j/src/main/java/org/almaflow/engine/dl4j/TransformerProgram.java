package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.Dropout;
import org.almaflow.learning.network.TransformerSpec;

/**
 * Mini-batches of a {@link TransformerModel}: matrix products on the device, everything between
 * them by loops over heap arrays of rows, one row a position. Its logits are those of all
 * positions: the rows of position 0, 1, … of the first sequence, then of the second and so on.
 */
final class TransformerProgram implements Program {
    /** A block. */
    private final class Block {
        private final LayerNorm norm1;
        private final Attention attention;
        private final LayerNorm norm2;
        private final FeedForward feedForward;

        /** Output of the second norm, for gates. */
        private final float[] h;

        Block(int i) {
            String name = "blocks." + i + ".";
            norm1 = new LayerNorm(name + "norm1", buffers);
            attention = new Attention(i, buffers);
            norm2 = new LayerNorm(name + "norm2", buffers);
            feedForward =
                    spec.experts(i) > 0
                            ? new SwitchFeedForward(i, buffers)
                            : new DenseFeedForward(name, 0, buffers.rows(), buffers);
            h = spec.experts(i) > 0 ? buffers.workspace().heap(x.length) : buffers.three();
        }

        void forward(int i) {
            norm1.forward(x, h);
            attention.forward(h, y);
            add(2 * i + 1);
            norm2.forward(x, h);
            feedForward.forward(h, y);
            add(2 * i + 2);
        }

        private void add(int place) {
            drop(y, place);
            for (int j = 0; j < x.length; j++) {
                x[j] += y[j];
            }
        }

        /** Makes {@code x}, the gradient of the block's output, that of its input. */
        void backward(int i, float[] gradient) {
            System.arraycopy(x, 0, y, 0, x.length);
            drop(y, 2 * i + 2);
            feedForward.backward(h, y, dh, gradient);
            norm2.backward(dh, x, gradient);
            System.arraycopy(x, 0, y, 0, x.length);
            drop(y, 2 * i + 1);
            attention.backward(y, dh, gradient);
            norm1.backward(dh, x, gradient);
        }
    }

    private final TransformerModel model;
    private final TransformerSpec spec;
    private final Workspace workspace;
    private final TransformerBuffers buffers;
    private final int sequences;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm norm;
    private final DeviceMemory last;
    private final DeviceMemory logits;
    private final Runnable product;
    private final Runnable inputGradient;
    private final Runnable weightGradient;
    private final DeviceMemory tokenGradient;

    /** Tokens, T + 1 a sequence; of inference, how many sequences were taken. */
    private final int[] tokens;

    private final int length;
    private int inferred;

    /** The sums of all blocks so far [rows, width], or their gradients; and of one part. */
    private final float[] x;

    private final float[] y;
    private final float[] dh;
    private final float[] vectors;

    /** Of a training mini-batch whose first example has that position; null in inference. */
    private Dropout dropout;

    private int position;

    TransformerProgram(int sequences, TransformerModel model, Workspace workspace) {
        this.model = model;
        this.spec = model.spec();
        this.workspace = workspace;
        this.sequences = sequences;
        this.buffers = TransformerBuffers.of(model, sequences, workspace);
        int rows = buffers.rows();
        int width = spec.width();
        this.x = workspace.heap(rows * width);
        this.y = workspace.heap(rows * width);
        this.dh = workspace.heap(rows * width);
        this.tokens = new int[sequences * (spec.positions() + 1)];
        this.length = spec.positions() + 1;
        for (int i = 0; i < spec.layers(); i++) {
            blocks.add(new Block(i));
        }
        this.norm = new LayerNorm("norm", buffers);
        this.vectors = workspace.heap((spec.classes() + spec.positions()) * width);
        this.last = workspace.memory(rows, width);
        this.logits = workspace.memory(rows, spec.classes());
        this.tokenGradient = workspace.memory(spec.classes(), width);
        var weights =
                workspace.parameters().matrix(model.begin("tokens.weight"), spec.classes(), width);
        var below = buffers.below().matrix(0, rows, width);
        product =
                workspace.own(
                        Operation.product(last.array(), false, weights, true, logits.array()));
        inputGradient =
                workspace.own(Operation.product(logits.array(), false, weights, false, below));
        weightGradient =
                workspace.own(
                        Operation.product(
                                logits.array(), true, last.array(), false, tokenGradient.array()));
    }

    @Override
    public void gather(ResidentExamples set, int[] rows, int from, Augmentation augmentation) {
        dropout = new Dropout(spec.dropout(), augmentation.seed());
        position = from;
        inferred = sequences;
        for (int s = 0; s < sequences; s++) {
            set.tokens(rows[from + s], 0, length, tokens, s * length);
        }
    }

    @Override
    public void gather(ResidentExamples set, int from) {
        gather(set, from, sequences);
    }

    @Override
    public void gather(ResidentExamples set, int from, int count) {
        dropout = null;
        inferred = count;
        for (int s = 0; s < count; s++) {
            set.tokens(from + s, 0, length, tokens, s * length);
        }
    }

    private void drop(float[] values, int place) {
        if (dropout != null) {
            int each = spec.positions() * spec.width();
            for (int s = 0; s < sequences; s++) {
                dropout.apply(values, s * each, each, position + s, place);
            }
        }
    }

    /** Index of the vector of the token at a position of a sequence. */
    private int token(int s, int t) {
        return tokens[s * length + t];
    }

    @Override
    public void forward(float[] out) {
        embed();
        for (int i = 0; i < blocks.size(); i++) {
            blocks.get(i).forward(i);
        }
        norm.forward(x, y);
        last.write(0, y, y.length);
        product.run();
        logits.read(out, buffers.rows() * spec.classes());
    }

    private void embed() {
        int width = spec.width();
        workspace.parameters().read(model.begin("tokens.weight"), vectors, vectors.length);
        for (int s = 0; s < sequences; s++) {
            for (int t = 0; t < spec.positions(); t++) {
                int to = (s * spec.positions() + t) * width;
                int from = token(s, t) * width;
                int place = (spec.classes() + t) * width;
                for (int i = 0; i < width; i++) {
                    x[to + i] = vectors[from + i] + vectors[place + i];
                }
            }
        }
        drop(x, 0);
    }

    @Override
    public void backward(float[] delta, float[] gradient) {
        logits.write(0, delta, buffers.rows() * spec.classes());
        weightGradient.run();
        inputGradient.run();
        buffers.below().read(dh, dh.length);
        Arrays.fill(x, 0);
        norm.backward(dh, x, gradient);
        for (int i = blocks.size() - 1; i >= 0; i--) {
            blocks.get(i).backward(i, gradient);
        }
        vectorGradients(gradient);
    }

    /** Of the vectors as outputs, and as inputs. */
    private void vectorGradients(float[] gradient) {
        int width = spec.width();
        int at = model.begin("tokens.weight");
        drop(x, 0);
        tokenGradient.read(vectors, spec.classes() * width);
        Arrays.fill(vectors, spec.classes() * width, vectors.length, 0);
        for (int s = 0; s < sequences; s++) {
            for (int t = 0; t < spec.positions(); t++) {
                int from = (s * spec.positions() + t) * width;
                int to = token(s, t) * width;
                int place = (spec.classes() + t) * width;
                for (int i = 0; i < width; i++) {
                    vectors[to + i] += x[from + i];
                    vectors[place + i] += x[from + i];
                }
            }
        }
        System.arraycopy(vectors, 0, gradient, at, vectors.length);
    }

    @Override
    public void addUsage(double[][] usage) {
        if (spec.experts().isEmpty()) {
            Program.super.addUsage(usage);
        }
        float[] scores = new float[buffers.rows() * spec.classes()];
        forward(scores);
        for (int row = 0; row < inferred * spec.positions(); row++) {
            int target = token(row / spec.positions(), row % spec.positions() + 1);
            double loss =
                    -CrossEntropy.logProbability(
                            scores, row * spec.classes(), spec.classes(), target);
            for (int i = 0; i < usage.length; i++) {
                usage[i][blocks.get(2 * i + 1).feedForward.choices()[row]] += loss;
            }
        }
    }
}
