package org.almaflow.engine.torch;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.network.JointSpec;
import org.almaflow.learning.network.MlpSpec;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * MLPs that are trained jointly, batched: the first layer is one product, because all are fed the
 * same, and each further one a batched product [networks, n, width].
 */
record JointMlpModel(JointSpec spec, MlpSpec each) implements Model {
    /** A further layer: [networks, in, out] as a view, and [networks, 1, out]. */
    private record Layer(Tensor weight, Tensor bias) {}

    @Override
    public Form bind(Parameters parameters) {
        List<Integer> widths = each.widths();
        long k = spec.networks();
        long first = widths.get(1);
        Tensor weight = parameters.whole("layers.0.weight", k * first, widths.get(0));
        TensorOptional bias = parameters.optional("layers.0.bias", k * first);
        List<Layer> further = new ArrayList<>();
        for (int i = 1; i + 1 < widths.size(); i++) {
            String name = "layers." + i;
            further.add(
                    new Layer(
                            parameters.whole(name + ".weight"),
                            parameters.whole(name + ".bias", k, 1, widths.get(i + 1))));
        }
        Scalar share = parameters.scalar(spec.logitShare());
        return x -> {
            Tensor a = torch.linear(x, weight, bias);
            if (!further.isEmpty()) {
                a = a.relu_();
            }
            a = a.view(x.size(0), k, first).transpose(0, 1);
            for (int i = 0; i < further.size(); i++) {
                Layer layer = further.get(i);
                a = torch.baddbmm(layer.bias, a, layer.weight.transpose(1, 2));
                if (i + 1 < further.size()) {
                    a = a.relu_();
                }
            }
            return a.sum(0).mul(share);
        };
    }

    @Override
    public int block() {
        return Math.max(1, 1000 / spec.networks());
    }

    @Override
    public long activations() {
        return spec.networks() * new MlpModel(each).activations();
    }
}
