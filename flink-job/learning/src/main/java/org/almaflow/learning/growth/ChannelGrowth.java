package org.almaflow.learning.growth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.Tensors;
import org.almaflow.learning.network.VggSpec;

/**
 * Growth of a convolutional network by channels. Those that are added stand behind the others in
 * the order of the candidates. A new channel is read by what was there before and by the halves of
 * a split, but not yet by other new channels: these weights start at 0.
 *
 * <p>A split with v = 0 and a new channel with outgoing weights of 0 leave the function as it was,
 * in training and in inference, because the halves share scale, shift and statistics.
 */
public final class ChannelGrowth {
    private final VggSpec spec;
    private final List<Convolution> layers;
    private final List<List<Candidate>> chosen;
    private final Map<String, float[]> data = new HashMap<>();

    private ChannelGrowth(VggSpec spec, Tensors weights, List<Candidate> candidates) {
        this.spec = spec;
        this.layers = Convolution.of(spec);
        this.chosen = new ArrayList<>();
        for (int layer = 0; layer < layers.size(); layer++) {
            int own = layer;
            chosen.add(candidates.stream().filter(c -> c.layer() == own).toList());
        }
        weights.byName().forEach((name, tensor) -> data.put(name, tensor.data().clone()));
    }

    /**
     * Adds candidates to a network.
     *
     * @param candidates each for its layer; a channel can be split once
     * @throws IllegalArgumentException when a candidate does not fit, or the network has mixtures
     */
    public static Grown grow(VggSpec spec, Tensors weights, List<Candidate> candidates) {
        ChannelGrowth growth = new ChannelGrowth(spec, weights, candidates);
        growth.check(candidates);
        for (int layer = 0; layer < growth.layers.size(); layer++) {
            growth.addOutputs(layer);
        }
        for (int layer = 0; layer < growth.layers.size(); layer++) {
            growth.addInputs(layer);
        }
        return growth.grown();
    }

    private void check(List<Candidate> candidates) {
        Set<List<Integer>> splits = new HashSet<>();
        for (Candidate c : candidates) {
            boolean fits = c.layer() >= 0 && c.layer() < layers.size();
            if (fits && c instanceof Candidate.Split split) {
                Convolution layer = layers.get(c.layer());
                fits = split.channel() >= 0 && split.channel() < layer.out();
                fits &= split.direction().length == layer.row();
                fits &= splits.add(List.of(c.layer(), split.channel()));
            } else if (fits && c instanceof Candidate.New added) {
                Convolution layer = layers.get(c.layer());
                fits = added.incoming().length == layer.row();
                fits &= added.outgoing().length == layer.readers() * layer.taps();
            }
            if (!fits) {
                throw new IllegalArgumentException(
                        "candidate %s does not fit, or is there twice".formatted(c));
            }
        }
    }

    /** Weights, bias, normalisation and statistics of the channels that are added. */
    private void addOutputs(int layer) {
        Convolution at = layers.get(layer);
        List<Candidate> added = chosen.get(layer);
        int row = at.row();
        float[] weight = longer(at.conv() + ".weight", added.size() * row);
        float[] bias = longer(at.conv() + ".bias", added.size());
        float[] scale = longer(at.norm() + ".weight", added.size());
        float[] shift = longer(at.norm() + ".bias", added.size());
        float[] mean = longer(at.norm() + ".running_mean", added.size());
        float[] variance = longer(at.norm() + ".running_var", added.size());
        for (int e = 0; e < added.size(); e++) {
            int to = at.out() + e;
            if (added.get(e) instanceof Candidate.Split split) {
                int from = split.channel();
                for (int i = 0; i < row; i++) {
                    float w = weight[from * row + i];
                    weight[from * row + i] = w + split.direction()[i];
                    weight[to * row + i] = w - split.direction()[i];
                }
                for (float[] each : List.of(bias, scale, shift, mean, variance)) {
                    each[to] = each[from];
                }
            } else {
                Candidate.New fresh = (Candidate.New) added.get(e);
                System.arraycopy(fresh.incoming(), 0, weight, to * row, row);
                scale[to] = 1;
                mean[to] = fresh.mean();
                variance[to] = fresh.variance();
            }
        }
    }

    private float[] longer(String name, int by) {
        return data.compute(name, (n, old) -> Arrays.copyOf(old, old.length + by));
    }

    /** Weights with which the channels that are added are read. */
    private void addInputs(int layer) {
        Convolution at = layers.get(layer);
        List<Candidate> added = chosen.get(layer);
        List<Candidate> readers = layer + 1 < layers.size() ? chosen.get(layer + 1) : List.of();
        float[] old = data.get(at.reader());
        int rows = at.readers() + readers.size();
        int before = at.out() * at.taps();
        int row = before + added.size() * at.taps();
        float[] weight = new float[rows * row];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(old, r * before, weight, r * row, before);
            int reader = r < at.readers() ? r : origin(readers.get(r - at.readers()));
            for (int e = 0; e < added.size(); e++) {
                addInput(added.get(e), weight, r * row, before + e * at.taps(), at.taps(), reader);
            }
        }
        data.put(at.reader(), weight);
    }

    /** Number of the channel whose weights a candidate has in part; −1 when there is none. */
    private static int origin(Candidate c) {
        return c instanceof Candidate.Split split ? split.channel() : -1;
    }

    private static void addInput(
            Candidate c, float[] weight, int row, int to, int taps, int reader) {
        if (c instanceof Candidate.Split split) {
            for (int i = 0; i < taps; i++) {
                float half = weight[row + split.channel() * taps + i] / 2;
                weight[row + split.channel() * taps + i] = half;
                weight[row + to + i] = half;
            }
        } else if (reader >= 0) {
            float[] outgoing = ((Candidate.New) c).outgoing();
            System.arraycopy(outgoing, reader * taps, weight, row + to, taps);
        }
    }

    private Grown grown() {
        List<VggSpec.Block> blocks = new ArrayList<>();
        int layer = 0;
        for (VggSpec.Block block : spec.blocks()) {
            List<Integer> channels = new ArrayList<>();
            for (int out : block.channels()) {
                channels.add(out + chosen.get(layer).size());
                layer++;
            }
            blocks.add(new VggSpec.Block(channels, block.mixture()));
        }
        VggSpec grown = new VggSpec(spec.input(), blocks, spec.classes());
        Map<String, Tensors.Tensor> tensors = new LinkedHashMap<>();
        for (TensorSpec t : grown.tensors()) {
            tensors.put(t.name(), new Tensors.Tensor(t.shape(), data.get(t.name())));
        }
        return new Grown(grown, new Tensors(tensors));
    }
}
