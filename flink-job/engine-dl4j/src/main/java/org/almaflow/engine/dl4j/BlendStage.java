package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.network.Mixture;

/**
 * A mixture layer: ReLU of its experts and softmax of its gates, blended from the leaves to the
 * root, see {@link Mixture}. The rows of {@code z} are the experts' outputs, expert after expert,
 * then the gates, then padding.
 */
final class BlendStage implements Stage {
    /** Where a matrix [width, n] is: element {@code at} of array {@code z}, {@code a} or inner. */
    private record Place(int array, int at) {}

    /** A node: its children's values and its own, and where its gates [children, n] are in z. */
    private record Node(List<Place> children, Place value, int gates) {
        Place last() {
            return children.get(children.size() - 1);
        }
    }

    private static final int Z = 0;
    private static final int A = 1;
    private static final int INNER = 2;

    private final Mixture mixture;
    private final int values;
    private final int n;

    /** Nodes, each after those below it. */
    private final List<Node> nodes = new ArrayList<>();

    /** Values of the nodes below the root, and their gradients. */
    private final float[] inner;

    private final float[] innerDelta;
    private final float[] mean;

    BlendStage(Mixture mixture, int width, int n) {
        this.mixture = mixture;
        this.values = Math.multiplyExact(width, n);
        this.n = n;
        place(mixture, true);
        this.inner = new float[Math.multiplyExact(Math.max(0, nodes.size() - 1), values)];
        this.innerDelta = new float[inner.length];
        this.mean = new float[n];
    }

    @Override
    public long bytes() {
        return (long) (inner.length + innerDelta.length + mean.length) * Float.BYTES;
    }

    private Place place(Mixture at, boolean root) {
        if (at instanceof Mixture.Leaf leaf) {
            return new Place(Z, leaf.expert() * values);
        }
        Mixture.Node node = (Mixture.Node) at;
        List<Place> children = node.children().stream().map(c -> place(c, false)).toList();
        Place value = root ? new Place(A, 0) : new Place(INNER, nodes.size() * values);
        nodes.add(new Node(children, value, gateAt(node)));
        return value;
    }

    private int gateAt(Mixture.Node node) {
        return mixture.experts() * values + node.gate() * n;
    }

    @Override
    public void forward(float[] z, float[] a) {
        Stage.rectify(z, 0, z, 0, mixture.experts() * values);
        if (nodes.isEmpty()) {
            System.arraycopy(z, 0, a, 0, values);
            return;
        }
        float[][] arrays = {z, a, inner};
        for (Node node : nodes) {
            softmax(z, node.gates, node.children.size());
            Place last = node.last();
            float[] base = arrays[last.array];
            float[] out = arrays[node.value.array];
            System.arraycopy(base, last.at, out, node.value.at, values);
            for (int j = 0; j + 1 < node.children.size(); j++) {
                Place child = node.children.get(j);
                int gate = node.gates + j * n;
                float[] from = arrays[child.array];
                for (int at = 0; at < values; at += n) {
                    blend(
                            z,
                            gate,
                            from,
                            child.at + at,
                            base,
                            last.at + at,
                            out,
                            node.value.at + at);
                }
            }
        }
    }

    /** {@code out += g · (c − last)} along the mini-batch. */
    private void blend(
            float[] g, int gAt, float[] c, int cAt, float[] last, int lAt, float[] out, int at) {
        for (int r = 0; r < n; r++) {
            out[at + r] += g[gAt + r] * (c[cAt + r] - last[lAt + r]);
        }
    }

    private void softmax(float[] z, int at, int count) {
        for (int r = at; r < at + n; r++) {
            float max = z[r];
            for (int j = 1; j < count; j++) {
                max = Math.max(max, z[r + j * n]);
            }
            float sum = 0;
            for (int j = 0; j < count; j++) {
                float e = (float) Math.exp(z[r + j * n] - max);
                z[r + j * n] = e;
                sum += e;
            }
            for (int j = 0; j < count; j++) {
                z[r + j * n] /= sum;
            }
        }
    }

    @Override
    public void backward(float[] z, float[] a, float[] da, float[] dz) {
        int used = mixture.experts() * values + mixture.gates() * n;
        Arrays.fill(dz, used, dz.length, 0);
        if (nodes.isEmpty()) {
            Stage.unrectify(a, da, 0, dz, 0, values);
            return;
        }
        float[][] arrays = {z, a, inner};
        float[][] deltas = {dz, da, innerDelta};
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            gateDeltas(node, arrays, deltas);
            for (int j = 0; j < node.children.size(); j++) {
                childDelta(node, j, z, deltas);
            }
        }
    }

    /** {@code ∂g_j = Σ δ · (c_j − last)}, the last one's 0, and from there through the softmax. */
    private void gateDeltas(Node node, float[][] arrays, float[][] deltas) {
        float[] z = arrays[Z];
        float[] dz = deltas[Z];
        int count = node.children.size();
        Arrays.fill(dz, node.gates, node.gates + count * n, 0);
        Arrays.fill(mean, 0);
        float[] delta = deltas[node.value.array];
        Place last = node.last();
        float[] base = arrays[last.array];
        for (int j = 0; j + 1 < count; j++) {
            Place child = node.children.get(j);
            int gate = node.gates + j * n;
            float[] from = arrays[child.array];
            for (int at = 0; at < values; at += n) {
                dots(delta, node.value.at + at, from, child.at + at, base, last.at + at, dz, gate);
            }
            for (int r = 0; r < n; r++) {
                mean[r] += z[gate + r] * dz[gate + r];
            }
        }
        for (int gate = node.gates; gate < node.gates + count * n; gate += n) {
            for (int r = 0; r < n; r++) {
                dz[gate + r] = z[gate + r] * (dz[gate + r] - mean[r]);
            }
        }
    }

    /** {@code sum += δ · (c − last)} along the mini-batch. */
    private void dots(
            float[] d, int dAt, float[] c, int cAt, float[] last, int lAt, float[] sum, int at) {
        for (int r = 0; r < n; r++) {
            sum[at + r] += d[dAt + r] * (c[cAt + r] - last[lAt + r]);
        }
    }

    private void childDelta(Node node, int j, float[] z, float[][] deltas) {
        Place child = node.children.get(j);
        float[] from = deltas[node.value.array];
        float[] to = deltas[child.array];
        int gate = node.gates + j * n;
        for (int at = 0; at < values; at += n) {
            if (child.array == Z) {
                leafShare(z, gate, from, node.value.at + at, to, child.at + at);
            } else {
                share(z, gate, from, node.value.at + at, to, child.at + at);
            }
        }
    }

    private void share(float[] z, int gate, float[] delta, int dAt, float[] to, int at) {
        for (int r = 0; r < n; r++) {
            to[at + r] = z[gate + r] * delta[dAt + r];
        }
    }

    private void leafShare(float[] z, int gate, float[] delta, int dAt, float[] to, int at) {
        for (int r = 0; r < n; r++) {
            to[at + r] = z[gate + r] * delta[dAt + r] * Stage.slope(z[at + r]);
        }
    }

    @Override
    public void addUsage(float[] z, double[] usage) {
        double[] all = new double[n];
        Arrays.fill(all, 1);
        addUsage(mixture, z, all, usage);
    }

    private void addUsage(Mixture at, float[] z, double[] share, double[] usage) {
        if (at instanceof Mixture.Leaf leaf) {
            usage[leaf.expert()] += Arrays.stream(share).sum();
            return;
        }
        Mixture.Node node = (Mixture.Node) at;
        for (int j = 0; j < node.children().size(); j++) {
            int gate = gateAt(node) + j * n;
            double[] below = new double[n];
            Arrays.setAll(below, r -> share[r] * z[gate + r]);
            addUsage(node.children().get(j), z, below, usage);
        }
    }
}
