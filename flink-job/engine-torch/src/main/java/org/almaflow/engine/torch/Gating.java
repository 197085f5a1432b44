package org.almaflow.engine.torch;

import static org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.almaflow.learning.network.Mixture;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The gates of one mixture layer, with a softmax in each node of its tree. */
final class Gating {
    /**
     * Gates of one product in inference. Products of one shape, whatever the number of gates, leave
     * the old gates' logits as they are to the bit when a layer grows.
     */
    private static final long PANEL = 16;

    /** Nodes whose logits lie one after another, all with as many children. */
    private record Group(int from, int nodes, int children) {}

    private final Mixture mixture;
    private final boolean training;
    private final Tensor weight;
    private final Tensor bias;
    private final TensorOptional optionalBias;
    private final List<Group> groups = new ArrayList<>();

    /** 1 where a gate [gates] is on the path to an expert [experts]; null where softmax does. */
    private final Tensor paths;

    /** Of the gates {@code name}, or of a layer of one expert, which has none. */
    Gating(Mixture mixture, Parameters parameters, String name) {
        this.mixture = mixture;
        this.training = parameters.training();
        boolean gated = mixture.gates() > 0;
        weight = gated ? parameters.whole(name + ".weight") : null;
        bias = gated ? parameters.whole(name + ".bias") : null;
        optionalBias = gated ? parameters.keep(new TensorOptional(bias)) : null;
        group();
        boolean flat = mixture.equals(Mixture.flat(mixture.experts()));
        paths = flat || !training ? null : paths(parameters);
    }

    private void group() {
        List<Mixture.Node> nodes = new ArrayList<>();
        collect(mixture, nodes);
        nodes.sort(Comparator.comparingInt(Mixture.Node::gate));
        for (Mixture.Node node : nodes) {
            int children = node.children().size();
            Group last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
            if (last != null && last.children == children) {
                groups.set(groups.size() - 1, new Group(last.from, last.nodes + 1, last.children));
            } else {
                groups.add(new Group(node.gate(), 1, children));
            }
        }
    }

    private static void collect(Mixture at, List<Mixture.Node> nodes) {
        if (at instanceof Mixture.Node node) {
            nodes.add(node);
            node.children().forEach(child -> collect(child, nodes));
        }
    }

    private Tensor paths(Parameters parameters) {
        float[][] on = new float[mixture.gates()][mixture.experts()];
        mark(mixture, on);
        return parameters.constant(on);
    }

    private static void mark(Mixture at, float[][] on) {
        if (at instanceof Mixture.Node node) {
            for (int j = 0; j < node.children().size(); j++) {
                float[] row = on[node.gate() + j];
                node.children().get(j).leaves().forEach(leaf -> row[leaf.expert()] = 1);
                mark(node.children().get(j), on);
            }
        }
    }

    /** Share of each expert [n, experts] for the layer's input [n, in]; for training. */
    Tensor shares(Tensor x) {
        Tensor logits = torch.linear(x, weight, optionalBias);
        return paths == null
                ? torch.softmax(logits, 1)
                : torch.matmul(perNode(logits, true), paths).exp();
    }

    /** Probability of each gate [n, gates] for the layer's input [n, in]; null without gates. */
    Tensor probabilities(Tensor x) {
        if (groups.isEmpty()) {
            return null;
        }
        return perNode(training ? torch.linear(x, weight, optionalBias) : panels(x), false);
    }

    private Tensor panels(Tensor x) {
        long n = x.size(0);
        long in = x.size(1);
        long panels = (mixture.gates() + PANEL - 1) / PANEL;
        long missing = panels * PANEL - mixture.gates();
        Tensor w = torch.constant_pad_nd(weight, 0, 0, 0, missing).view(panels, PANEL, in);
        Tensor b = torch.constant_pad_nd(bias, 0, missing).view(panels, 1, PANEL);
        Tensor all = torch.baddbmm(b, x.expand(panels, n, in), w.transpose(1, 2));
        return all.transpose(0, 1).reshape(n, panels * PANEL).narrow(1, 0, mixture.gates());
    }

    private Tensor perNode(Tensor logits, boolean logarithms) {
        long n = logits.size(0);
        List<Tensor> parts = new ArrayList<>();
        for (Group group : groups) {
            long size = (long) group.nodes * group.children;
            Tensor part =
                    logits.narrow(1, group.from, size).reshape(n, group.nodes, group.children);
            Tensor shares = logarithms ? torch.log_softmax(part, 2) : torch.softmax(part, 2);
            parts.add(shares.view(n, size));
        }
        return parts.size() == 1
                ? parts.get(0)
                : torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 1);
    }

    /**
     * Blends outputs [n, …] of the experts as {@link Mixture} says, so that equal children give
     * exactly their output.
     */
    Tensor blend(Tensor probabilities, List<Tensor> outputs) {
        return value(mixture, probabilities, outputs);
    }

    private static Tensor value(Mixture at, Tensor probabilities, List<Tensor> outputs) {
        if (at instanceof Mixture.Leaf leaf) {
            return outputs.get(leaf.expert());
        }
        Mixture.Node node = (Mixture.Node) at;
        int last = node.children().size() - 1;
        Tensor base = value(node.children().get(last), probabilities, outputs);
        long[] column = new long[Math.toIntExact(base.dim())];
        Arrays.fill(column, 1);
        column[0] = base.size(0);
        Tensor sum = base;
        for (int j = 0; j < last; j++) {
            Tensor child = value(node.children().get(j), probabilities, outputs);
            Tensor share = probabilities.narrow(1, (long) node.gate() + j, 1).reshape(column);
            sum = sum.add(child.sub(base).mul(share));
        }
        return sum;
    }

    /** Adds the products of the probabilities on the path to each expert, over {@code n} rows. */
    void addUsage(Tensor probabilities, long n, double[] usage) {
        addUsage(mixture, probabilities, null, n, usage);
    }

    /** {@code share} [n] in double is that of the node; null for the root's, which is 1. */
    private static void addUsage(
            Mixture at, Tensor probabilities, Tensor share, long n, double[] usage) {
        if (at instanceof Mixture.Leaf leaf) {
            usage[leaf.expert()] += share == null ? n : share.sum().item_double();
            return;
        }
        Mixture.Node node = (Mixture.Node) at;
        for (int j = 0; j < node.children().size(); j++) {
            Tensor own = probabilities.select(1, (long) node.gate() + j).to(ScalarType.Double);
            Tensor path = share == null ? own : own.mul(share);
            addUsage(node.children().get(j), probabilities, path, n, usage);
        }
    }
}
