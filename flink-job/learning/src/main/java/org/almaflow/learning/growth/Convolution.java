package org.almaflow.learning.growth;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.network.VggSpec;

/**
 * A convolution of a VGG without mixtures, and who reads its channels: the next convolution or the
 * linear layer.
 *
 * @param conv its tensors' name up to {@code .weight} [1, out, in, 3, 3]
 * @param norm its normalisation's tensors' name up to {@code .weight} [1, out]
 * @param reader name of the reader's weights [readers, out, taps]
 * @param readers outputs of the reader
 * @param taps weights of the reader for one of its outputs and one channel
 */
record Convolution(
        String conv, String norm, int in, int out, String reader, int readers, int taps) {
    /** Weights of a 3x3 convolution for one output and one input. */
    static final int TAPS = 9;

    /**
     * Those of {@code spec}, from the input on.
     *
     * @throws IllegalArgumentException when it has mixture layers
     */
    static List<Convolution> of(VggSpec spec) {
        List<Convolution> all = new ArrayList<>();
        for (int b = 0; b < spec.blocks().size(); b++) {
            VggSpec.Block block = spec.blocks().get(b);
            if (block.mixture().experts() != 1) {
                throw new IllegalArgumentException(
                        "channels grow in plain networks; block %d has %d experts"
                                .formatted(b, block.mixture().experts()));
            }
            for (int i = 0; i < block.channels().size(); i++) {
                all.add(of(spec, b, i));
            }
        }
        return all;
    }

    private static Convolution of(VggSpec spec, int b, int i) {
        List<Integer> channels = spec.blocks().get(b).channels();
        boolean lastOfBlock = i + 1 == channels.size();
        boolean last = lastOfBlock && b + 1 == spec.blocks().size();
        int nextBlock = lastOfBlock ? b + 1 : b;
        int next = lastOfBlock ? 0 : i + 1;
        return new Convolution(
                name(b, "convs", i),
                name(b, "norms", i),
                i == 0 ? spec.fedChannels(b) : channels.get(i - 1),
                channels.get(i),
                last ? "output.weight" : name(nextBlock, "convs", next) + ".weight",
                last ? spec.classes() : spec.blocks().get(nextBlock).channels().get(next),
                last ? spec.fedHeight(b + 1) * spec.fedWidth(b + 1) : TAPS);
    }

    private static String name(int block, String kind, int i) {
        return "blocks." + block + ".experts." + kind + "." + i;
    }

    /** Length of the weights of one output channel. */
    int row() {
        return in * TAPS;
    }
}
