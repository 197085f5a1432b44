package org.almaflow.engine.dl4j;

import java.util.List;
import org.almaflow.learning.network.MlpSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where a layer's parameters lie in the flat vector. Layer i is one row-major matrix [in + 1, out]:
 * transposed weights and the bias as the last row, so that one multiplication with rows that end in
 * 1 computes both, and its transpose gives both gradients. (All operands row-major is also the case
 * that ND4J hands to oneDNN, twice as fast as the others.)
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

    /** The layer's [in + 1, out] part of a flat vector. */
    INDArray matrix(DeviceMemory flat, int layer) {
        return flat.matrix(offsets[layer], inputs(layer) + 1, outputs(layer));
    }

    /** The layer's weights [in, out] without the bias. */
    INDArray innerWeights(DeviceMemory flat, int layer) {
        return flat.matrix(offsets[layer], inputs(layer), outputs(layer));
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
