package org.almaflow.engine.torch;

import org.almaflow.learning.network.TransformerSpec;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Normalisation of every row to mean 0 and variance 1, then a factor and a summand a column. */
final class Norm {
    private final long[] columns;
    private final TensorOptional factors;
    private final TensorOptional summands;

    Norm(String name, long width, Parameters parameters) {
        columns = new long[] {width};
        factors = parameters.optional(name + ".weight");
        summands = parameters.optional(name + ".bias");
    }

    Tensor of(Tensor x) {
        return torch.layer_norm(x, columns, factors, summands, TransformerSpec.EPSILON, false);
    }
}
