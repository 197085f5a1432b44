package org.almaflow.engine.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Two linear layers with ReLU between them. */
record DenseFeedForward(Tensor up, TensorOptional upBias, Tensor down, TensorOptional downBias) {
    /** Of the tensors {@code name} with up and down. */
    static DenseFeedForward whole(String name, Parameters parameters) {
        return new DenseFeedForward(
                parameters.whole(name + "up.weight"),
                parameters.optional(name + "up.bias"),
                parameters.whole(name + "down.weight"),
                parameters.optional(name + "down.bias"));
    }

    /** Of part {@code i} of stacked ones. */
    static DenseFeedForward part(String name, int i, Parameters parameters) {
        return new DenseFeedForward(
                parameters.part(name + "up.weight", i),
                parameters.keep(new TensorOptional(parameters.part(name + "up.bias", i))),
                parameters.part(name + "down.weight", i),
                parameters.keep(new TensorOptional(parameters.part(name + "down.bias", i))));
    }

    Tensor run(Tensor rows) {
        return torch.linear(torch.linear(rows, up, upBias).relu_(), down, downBias);
    }
}
