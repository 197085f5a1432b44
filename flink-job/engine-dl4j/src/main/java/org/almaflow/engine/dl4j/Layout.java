package org.almaflow.engine.dl4j;

import java.util.List;
import org.almaflow.learning.network.MlpSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where a layer's parameters lie in the flat vector: the weights row-major [in, out], transposed
 * against {@link MlpSpec#tensors}, then the bias [out]. The first layer's bias is one more row of
 * its weights, because its input ends in 1: one product computes both. (That pays only there; what
 * it costs elsewhere is in docs/decisions/0002-engine-steps.md.)
 */
final class Layout {
    private final List<Integer> widths;
    private final int[] offsets;

    Layout(MlpSpec spec) {
        widths = spec.widths();
        offsets = new int[widths.size()];
        for (int i = 0; i < layers(); i++) {
            offsets[i + 1] =
                    Math.addExact(offsets[i], Math.multiplyExact(inputs(i) + 1, outputs(i)));
        }
    }

    int layers() {
        return widths.size() - 1;
    }

    /** Number of parameters. */
    int length() {
        return offsets[layers()];
    }

    int inputs(int layer) {
        return widths.get(layer);
    }

    int outputs(int layer) {
        return widths.get(layer + 1);
    }

    /** The layer's weights in a flat vector; those of the first layer with its bias. */
    INDArray weights(DeviceMemory flat, int layer) {
        int rows = layer == 0 ? inputs(0) + 1 : inputs(layer);
        return flat.matrix(offsets[layer], rows, outputs(layer));
    }

    /** The layer's bias in a flat vector. */
    INDArray bias(DeviceMemory flat, int layer) {
        return flat.vector(biasOffset(layer), outputs(layer));
    }

    /** Where the layer's bias starts. */
    int biasOffset(int layer) {
        return offsets[layer] + inputs(layer) * outputs(layer);
    }

    /** From the order of {@link MlpSpec#tensors}: weights [out, in], then bias [out]. */
    float[] fromTensors(float[] tensors) {
        float[] flat = new float[tensors.length];
        for (int layer = 0; layer < layers(); layer++) {
            int in = inputs(layer);
            int out = outputs(layer);
            int at = offsets[layer];
            for (int o = 0; o < out; o++) {
                for (int i = 0; i < in; i++) {
                    flat[at + i * out + o] = tensors[at + o * in + i];
                }
            }
            System.arraycopy(tensors, at + in * out, flat, at + in * out, out);
        }
        return flat;
    }

    /** To the order of {@link MlpSpec#tensors}. */
    float[] toTensors(float[] flat) {
        float[] tensors = new float[flat.length];
        for (int layer = 0; layer < layers(); layer++) {
            int in = inputs(layer);
            int out = outputs(layer);
            int at = offsets[layer];
            for (int o = 0; o < out; o++) {
                for (int i = 0; i < in; i++) {
                    tensors[at + o * in + i] = flat[at + i * out + o];
                }
            }
            System.arraycopy(flat, at + in * out, tensors, at + in * out, out);
        }
        return tensors;
    }
}
