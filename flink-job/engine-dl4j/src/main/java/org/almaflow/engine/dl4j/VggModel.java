package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.VggSpec;

/**
 * A VGG. The flat vector has the order of {@link VggSpec#tensors}; only the linear layer's inputs
 * are [h, w, c] there, as the blocks leave them.
 */
final class VggModel implements Model {
    /** As a usual mini-batch, so that training and inference share memory. */
    private static final int BLOCK = 128;

    private final VggSpec spec;
    private final Map<String, Integer> begin = new HashMap<>();
    private final Layout layout;

    VggModel(VggSpec spec) {
        this.spec = spec;
        int parameter = 0;
        int statistic = 0;
        for (TensorSpec t : spec.tensors()) {
            begin.put(t.name(), t.trainable() ? parameter : statistic);
            parameter = Math.addExact(parameter, t.trainable() ? t.size() : 0);
            statistic = Math.addExact(statistic, t.trainable() ? 0 : t.size());
        }
        this.layout = layout(parameter);
    }

    private Layout layout(int length) {
        int blocks = spec.blocks().size();
        int channels = spec.fedChannels(blocks);
        int pixels = spec.fedHeight(blocks) * spec.fedWidth(blocks);
        int weight = begin("output.weight");
        int bias = begin("output.bias");
        List<Layout.Block> places = new ArrayList<>();
        places.add(Layout.Block.straight(weight, 0));
        for (int o = 0; o < spec.classes(); o++) {
            places.add(
                    Layout.Block.transposed(
                            channels, pixels, weight + o * spec.features(), channels));
        }
        places.add(Layout.Block.straight(length - bias, bias));
        return new Layout(places, length);
    }

    @Override
    public VggSpec spec() {
        return spec;
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public int block() {
        return BLOCK;
    }

    @Override
    public Program program(int rows, Workspace workspace) {
        return new VggProgram(rows, this, workspace);
    }

    /** Where a tensor begins: a parameter in the flat vector, a statistic among the statistics. */
    int begin(String tensor) {
        return begin.get(tensor);
    }

    /** Where the weights of convolution {@code i} of an expert begin. */
    int convolution(int block, int expert, int i) {
        int out = spec.blocks().get(block).channels().get(i);
        int in = i == 0 ? spec.fedChannels(block) : spec.blocks().get(block).channels().get(i - 1);
        return begin(name(block, "convs", i) + ".weight") + expert * 9 * in * out;
    }

    /** Where what belongs to normalisation {@code i} of an expert begins. */
    BatchNorm.Places norm(int block, int expert, int i) {
        int skipped = expert * spec.blocks().get(block).channels().get(i);
        String norm = name(block, "norms", i);
        return new BatchNorm.Places(
                begin(name(block, "convs", i) + ".bias") + skipped,
                begin(norm + ".weight") + skipped,
                begin(norm + ".bias") + skipped,
                begin(norm + ".running_mean") + skipped,
                begin(norm + ".running_var") + skipped);
    }

    private static String name(int block, String kind, int i) {
        return "blocks." + block + ".experts." + kind + "." + i;
    }
}
