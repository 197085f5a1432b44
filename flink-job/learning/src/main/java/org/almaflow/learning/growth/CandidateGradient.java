package org.almaflow.learning.growth;

import java.util.HashMap;
import java.util.Map;
import org.almaflow.learning.network.TensorSpec;
import org.almaflow.learning.network.VggSpec;

/**
 * What the gradient of a network with candidates says about each of them. Layers next to each other
 * do not have candidates at the same time.
 *
 * @param begin where each parameter tensor begins in the gradient
 * @param values the gradient of the loss by every parameter
 */
record CandidateGradient(Map<String, Integer> begin, float[] values) {
    static CandidateGradient of(VggSpec spec, float[] values) {
        Map<String, Integer> begin = new HashMap<>();
        int at = 0;
        for (TensorSpec t : spec.tensors()) {
            begin.put(t.name(), at);
            at += t.size();
        }
        return new CandidateGradient(begin, values);
    }

    /** By the direction of the split of {@code channel} of the layer, whose other half is added. */
    float[] direction(Convolution layer, int channel, int added) {
        float[] first = incoming(layer, channel);
        float[] second = incoming(layer, added);
        for (int i = 0; i < first.length; i++) {
            first[i] -= second[i];
        }
        return first;
    }

    /** By the weights of a channel of the layer. */
    float[] incoming(Convolution layer, int channel) {
        float[] row = new float[layer.row()];
        int from = begin.get(layer.conv() + ".weight") + channel * row.length;
        System.arraycopy(values, from, row, 0, row.length);
        return row;
    }

    /**
     * By the weights that a channel is read with.
     *
     * @param channels the layer's number of channels with its candidates
     */
    float[] outgoing(Convolution layer, int channel, int channels) {
        float[] column = new float[layer.readers() * layer.taps()];
        for (int r = 0; r < layer.readers(); r++) {
            int from = begin.get(layer.reader()) + (r * channels + channel) * layer.taps();
            System.arraycopy(values, from, column, r * layer.taps(), layer.taps());
        }
        return column;
    }
}
