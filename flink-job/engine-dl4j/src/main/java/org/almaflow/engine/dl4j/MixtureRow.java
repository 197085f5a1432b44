package org.almaflow.engine.dl4j;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.almaflow.learning.network.Mixture;

/**
 * The blending of one row of expert outputs over a tree of gates, and its gradient. The caller
 * fills {@link #output} and reads {@link #outputDelta}.
 */
final class MixtureRow {
    private final Mixture mixture;
    private final int width;
    private final float[][] outputs;
    private final float[][] outputDeltas;

    /** Value of the node whose gate begins at each index. */
    private final float[][] values;

    /** Gradient of the child that each gate logit belongs to. */
    private final float[][] childDeltas;

    MixtureRow(Mixture mixture, int width) {
        this.mixture = mixture;
        this.width = width;
        this.outputs = new float[mixture.experts()][width];
        this.outputDeltas = new float[mixture.experts()][width];
        this.values = new float[mixture.gates()][];
        this.childDeltas = new float[mixture.gates()][width];
        allocate(mixture);
    }

    private void allocate(Mixture at) {
        if (at instanceof Mixture.Node node) {
            values[node.gate()] = new float[width];
            node.children().forEach(this::allocate);
        }
    }

    /** Bytes of its own memory. */
    long bytes() {
        return Stream.of(outputs, outputDeltas, values, childDeltas)
                .flatMap(Arrays::stream)
                .filter(Objects::nonNull)
                .mapToLong(row -> (long) row.length * Float.BYTES)
                .sum();
    }

    /** Output of an expert, to be filled. */
    float[] output(int expert) {
        return outputs[expert];
    }

    /** Gradient of the output of an expert, after {@link #backward}. */
    float[] outputDelta(int expert) {
        return outputDeltas[expert];
    }

    /** Makes the logits {@code gates[at..)} of a row probabilities, node by node. */
    void softmax(float[] gates, int at) {
        softmax(mixture, gates, at);
    }

    private static void softmax(Mixture tree, float[] gates, int at) {
        if (!(tree instanceof Mixture.Node node)) {
            return;
        }
        int from = at + node.gate();
        int to = from + node.children().size();
        float max = gates[from];
        for (int i = from + 1; i < to; i++) {
            max = Math.max(max, gates[i]);
        }
        double sum = 0;
        for (int i = from; i < to; i++) {
            gates[i] = (float) Math.exp(gates[i] - max);
            sum += gates[i];
        }
        for (int i = from; i < to; i++) {
            gates[i] = (float) (gates[i] / sum);
        }
        node.children().forEach(child -> softmax(child, gates, at));
    }

    /** The blended row for probabilities {@code gates[at..)}; valid until the next call. */
    float[] value(float[] gates, int at) {
        return value(mixture, gates, at);
    }

    /** {@code last + Σ g_j·(h_j − last)}: exactly the children's output where they are equal. */
    private float[] value(Mixture tree, float[] gates, int at) {
        if (tree instanceof Mixture.Leaf leaf) {
            return outputs[leaf.expert()];
        }
        Mixture.Node node = (Mixture.Node) tree;
        int children = node.children().size();
        float[] last = value(node.children().get(children - 1), gates, at);
        float[] sum = values[node.gate()];
        System.arraycopy(last, 0, sum, 0, width);
        for (int j = 0; j + 1 < children; j++) {
            float[] child = value(node.children().get(j), gates, at);
            addDifference(sum, gates[at + node.gate() + j], child, last);
        }
        return sum;
    }

    private static void addDifference(float[] sum, float share, float[] child, float[] last) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += share * (child[i] - last[i]);
        }
    }

    /**
     * Computes the gradients of the outputs, and replaces the probabilities by the gradients of
     * their logits; after {@link #value}.
     */
    void backward(float[] delta, float[] gates, int at) {
        backward(mixture, delta, gates, at);
    }

    private void backward(Mixture tree, float[] delta, float[] gates, int at) {
        if (tree instanceof Mixture.Leaf leaf) {
            System.arraycopy(delta, 0, outputDeltas[leaf.expert()], 0, width);
            return;
        }
        Mixture.Node node = (Mixture.Node) tree;
        int children = node.children().size();
        double[] toGate = new double[children];
        double mean = 0;
        for (int j = 0; j < children; j++) {
            int i = node.gate() + j;
            toGate[j] = product(delta, computed(node.children().get(j)));
            mean += gates[at + i] * toGate[j];
            scale(delta, gates[at + i], childDeltas[i]);
            backward(node.children().get(j), childDeltas[i], gates, at);
        }
        for (int j = 0; j < children; j++) {
            int i = at + node.gate() + j;
            gates[i] = (float) (gates[i] * (toGate[j] - mean));
        }
    }

    private float[] computed(Mixture tree) {
        return tree instanceof Mixture.Leaf leaf
                ? outputs[leaf.expert()]
                : values[((Mixture.Node) tree).gate()];
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static void scale(float[] from, float factor, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = factor * from[i];
        }
    }

    /** Adds the product of the probabilities on the path to each expert. */
    void addUsage(float[] gates, int at, double[] usage) {
        addUsage(mixture, 1, gates, at, usage);
    }

    private static void addUsage(
            Mixture tree, double share, float[] gates, int at, double[] usage) {
        if (tree instanceof Mixture.Leaf leaf) {
            usage[leaf.expert()] += share;
            return;
        }
        Mixture.Node node = (Mixture.Node) tree;
        for (int j = 0; j < node.children().size(); j++) {
            double own = share * gates[at + node.gate() + j];
            addUsage(node.children().get(j), own, gates, at, usage);
        }
    }
}
