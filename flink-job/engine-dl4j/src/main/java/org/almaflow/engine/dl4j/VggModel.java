package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.VggSpec;

/**
 * A VGG, or several that are trained jointly. The flat vector has the order of the spec's tensors;
 * only the linear layer's inputs are [h, w, c] there, as the blocks leave them.
 */
final class VggModel implements Model {
    /** As a usual mini-batch, so that training and inference share memory. */
    private static final int BLOCK = 128;

    private final NetworkSpec spec;
    private final VggSpec each;
    private final int networks;
    private final Layout layout;

    /** Where each tensor begins: a parameter in the flat vector, a statistic among those. */
    private final Map<String, Integer> begin = new HashMap<>();

    /** Elements that each network has of a tensor. */
    private final Map<String, Integer> size = new HashMap<>();

    VggModel(VggSpec spec) {
        this(spec, spec, 1);
    }

    /** Networks that are trained jointly on the mean of their logits. */
    VggModel(JointSpec spec, VggSpec each) {
        this(spec, each, spec.networks());
    }

    private VggModel(NetworkSpec spec, VggSpec each, int networks) {
        this.spec = spec;
        this.each = each;
        this.networks = networks;
        int parameter = 0;
        int statistic = 0;
        for (TensorSpec t : spec.tensors()) {
            begin.put(t.name(), t.trainable() ? parameter : statistic);
            size.put(t.name(), t.size() / networks);
            parameter = Math.addExact(parameter, t.trainable() ? t.size() : 0);
            statistic = Math.addExact(statistic, t.trainable() ? 0 : t.size());
        }
        this.layout = layout(parameter);
    }

    private Layout layout(int length) {
        int blocks = each.blocks().size();
        int channels = each.fedChannels(blocks);
        int pixels = each.fedHeight(blocks) * each.fedWidth(blocks);
        int weight = begin("output.weight", 0);
        int bias = begin("output.bias", 0);
        List<Layout.Block> places = new ArrayList<>();
        places.add(Layout.Block.straight(weight, 0));
        for (int o = 0; o < networks * each.classes(); o++) {
            places.add(
                    Layout.Block.transposed(
                            channels, pixels, weight + o * each.features(), channels));
        }
        places.add(Layout.Block.straight(length - bias, bias));
        return new Layout(places, length);
    }

    @Override
    public NetworkSpec spec() {
        return spec;
    }

    /** What each network is. */
    VggSpec each() {
        return each;
    }

    /** Number of networks. */
    int networks() {
        return networks;
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public int block() {
        return BLOCK;
    }

    /** The memory of a program is large, the time for some rows too many is not. */
    @Override
    public int inferenceRows(int rows) {
        return 2 * rows > BLOCK ? BLOCK : rows;
    }

    @Override
    public Program program(int rows, Workspace workspace) {
        return new VggProgram(rows, this, workspace);
    }

    /** Where a network's part of a tensor begins. */
    int begin(String tensor, int network) {
        return begin.get(tensor) + network * size.get(tensor);
    }

    /** Where the weights of convolution {@code i} of an expert begin. */
    int convolution(Place p, int i) {
        int out = each.blocks().get(p.block()).channels().get(i);
        int in =
                i == 0
                        ? each.fedChannels(p.block())
                        : each.blocks().get(p.block()).channels().get(i - 1);
        return begin(p.name("convs", i) + ".weight", p.network()) + p.expert() * 9 * in * out;
    }

    /** Where what belongs to normalisation {@code i} of an expert begins. */
    BatchNorm.Places norm(Place p, int i) {
        int skipped = p.expert() * each.blocks().get(p.block()).channels().get(i);
        String norm = p.name("norms", i);
        return new BatchNorm.Places(
                begin(p.name("convs", i) + ".bias", p.network()) + skipped,
                begin(norm + ".weight", p.network()) + skipped,
                begin(norm + ".bias", p.network()) + skipped,
                begin(norm + ".running_mean", p.network()) + skipped,
                begin(norm + ".running_var", p.network()) + skipped);
    }

    /** An expert of a block of a network. */
    record Place(int network, int block, int expert) {
        private String name(String kind, int i) {
            return "blocks." + block + ".experts." + kind + "." + i;
        }
    }
}
