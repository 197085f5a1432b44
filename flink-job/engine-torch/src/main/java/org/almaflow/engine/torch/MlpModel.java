package org.almaflow.engine.torch;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.network.MlpSpec;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** {@link MlpSpec}. */
record MlpModel(MlpSpec spec) implements Model {
    /** A linear layer. */
    private record Layer(Tensor weight, TensorOptional bias) {}

    @Override
    public Form bind(Parameters parameters) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i <= spec.hidden().size(); i++) {
            Tensor weight = parameters.whole("layers." + i + ".weight");
            layers.add(new Layer(weight, parameters.optional("layers." + i + ".bias")));
        }
        return x -> {
            Tensor a = x;
            for (int i = 0; i < layers.size(); i++) {
                a = torch.linear(a, layers.get(i).weight, layers.get(i).bias);
                if (i + 1 < layers.size()) {
                    a = a.relu_();
                }
            }
            return a;
        };
    }

    @Override
    public int block() {
        return 1000;
    }

    @Override
    public long activations() {
        return 2L * spec.widths().stream().mapToLong(Integer::longValue).sum();
    }
}
