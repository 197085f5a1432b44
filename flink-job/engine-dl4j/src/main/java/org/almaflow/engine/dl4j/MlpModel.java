package org.almaflow.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.network.MlpSpec;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An MLP. A layer's part of the flat vector is its weights row-major [in, out], transposed against
 * {@link MlpSpec#tensors}, then its bias [out]. The first layer's bias is one more row of its
 * weights, because its input ends in 1: one product computes both. (That pays only there; what it
 * costs elsewhere is in docs/decisions/0002-engine-steps.md.)
 */
final class MlpModel implements Model {
    private final MlpSpec spec;
    private final List<Integer> widths;
    private final int[] offsets;
    private final Layout layout;

    MlpModel(MlpSpec spec) {
        this.spec = spec;
        this.widths = spec.widths();
        this.offsets = new int[widths.size()];
        List<Layout.Block> blocks = new ArrayList<>();
        for (int i = 0; i < layers(); i++) {
            offsets[i + 1] =
                    Math.addExact(offsets[i], Math.multiplyExact(inputs(i) + 1, outputs(i)));
            blocks.add(Layout.Block.transposed(outputs(i), inputs(i), offsets[i], outputs(i)));
            blocks.add(Layout.Block.straight(outputs(i), biasOffset(i)));
        }
        this.layout = new Layout(blocks, offsets[layers()]);
    }

    @Override
    public MlpSpec spec() {
        return spec;
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public Program program(int rows, Workspace workspace) {
        return new MlpProgram(rows, this, workspace);
    }

    int layers() {
        return widths.size() - 1;
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
}
