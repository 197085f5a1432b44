package org.almaflow.engine.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.almaflow.learning.network.MixtureMlpSpec;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** {@link MixtureMlpSpec}. */
record MixtureMlpModel(MixtureMlpSpec spec) implements Model {
    /** A mixture layer; all its experts are one product in training, and one each in inference. */
    private static final class Layer {
        private final long experts;
        private final long width;
        private final Tensor weight;
        private final Tensor bias;
        private final TensorOptional optionalBias;
        private final Gating gating;

        Layer(MixtureMlpSpec spec, int i, Parameters parameters) {
            String name = "layers." + i;
            int in = spec.fedWidth(i);
            experts = spec.hidden().get(i).mixture().experts();
            width = spec.hidden().get(i).width();
            boolean one = parameters.training();
            long[] weights = one ? new long[] {experts * width, in} : new long[0];
            long[] biases = one ? new long[] {experts * width} : new long[] {experts, 1, width};
            weight = parameters.whole(name + ".experts.weight", weights);
            bias = parameters.whole(name + ".experts.bias", biases);
            optionalBias = parameters.keep(new TensorOptional(bias));
            gating = new Gating(spec.hidden().get(i).mixture(), parameters, name + ".gates");
        }

        Tensor train(Tensor x) {
            long n = x.size(0);
            Tensor h = torch.linear(x, weight, optionalBias).relu_();
            if (experts == 1) {
                return h;
            }
            Tensor shares = gating.shares(x).unsqueeze(2);
            return h.view(n, experts, width).mul(shares).sum(1);
        }

        Tensor infer(Tensor x) {
            Tensor same = x.expand(experts, x.size(0), x.size(1));
            Tensor h = torch.baddbmm(bias, same, weight.transpose(1, 2)).relu_();
            List<Tensor> outputs = Arrays.asList(torch.unbind(h, 0).get());
            return gating.blend(gating.probabilities(x), outputs);
        }
    }

    @Override
    public Form bind(Parameters parameters) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < spec.hidden().size(); i++) {
            layers.add(new Layer(spec, i, parameters));
        }
        Tensor weight = parameters.whole("output.weight");
        TensorOptional bias = parameters.optional("output.bias");
        boolean training = parameters.training();
        return new Form() {
            @Override
            public Tensor logits(Tensor x) {
                Tensor a = x;
                for (Layer layer : layers) {
                    a = training ? layer.train(a) : layer.infer(a);
                }
                return torch.linear(a, weight, bias);
            }

            @Override
            public void addUsage(Tensor x, double[][] usage) {
                Tensor a = x;
                for (int i = 0; i < usage.length; i++) {
                    Gating gating = layers.get(i).gating;
                    gating.addUsage(gating.probabilities(a), a.size(0), usage[i]);
                    a = layers.get(i).infer(a);
                }
            }
        };
    }

    @Override
    public int block() {
        return 256;
    }

    @Override
    public long activations() {
        long values = 2L * spec.input().elements() + 2L * spec.classes();
        for (MixtureMlpSpec.Layer layer : spec.hidden()) {
            values += 3L * layer.mixture().experts() * layer.width() + 4L * layer.mixture().gates();
        }
        return values;
    }
}
