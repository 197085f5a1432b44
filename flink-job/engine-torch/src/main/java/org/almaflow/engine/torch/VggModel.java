package org.almaflow.engine.torch;

import static org.bytedeco.pytorch.global.torch.MemoryFormat;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.network.Mixture;
import org.almaflow.learning.network.VggSpec;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * {@link VggSpec}.
 *
 * @param channelsLast whether images are laid out [n, height, width, channels]
 */
record VggModel(VggSpec spec, boolean channelsLast) implements Model {
    /** A block: its experts and their gates. */
    private record Block(List<VggExpert> experts, Gating gating) {
        /** The block's output [n, out, h/2, w/2] for x [n, in, h, w]. */
        Tensor run(Tensor x) {
            List<Tensor> outputs = experts.stream().map(expert -> expert.run(x)).toList();
            return experts.size() == 1 ? outputs.get(0) : gating.blend(probabilities(x), outputs);
        }

        Tensor probabilities(Tensor x) {
            return gating.probabilities(
                    torch.adaptive_avg_pool2d(x, VggSpec.GATE_POOL, VggSpec.GATE_POOL)
                            .flatten(1, -1));
        }
    }

    @Override
    public Form bind(Parameters parameters) {
        List<Block> blocks = new ArrayList<>();
        for (int b = 0; b < spec.blocks().size(); b++) {
            blocks.add(block(b, parameters));
        }
        Tensor weight = parameters.whole("output.weight");
        TensorOptional bias = parameters.optional("output.bias");
        return new Form() {
            @Override
            public Tensor logits(Tensor x) {
                Tensor a = images(x);
                for (Block block : blocks) {
                    a = block.run(a);
                }
                return torch.linear(a.flatten(1, -1), weight, bias);
            }

            @Override
            public void addUsage(Tensor x, double[][] usage) {
                if (usage.length == 0) {
                    Form.super.addUsage(x, usage);
                }
                Tensor a = images(x);
                for (int b = 0; b < blocks.size(); b++) {
                    Block block = blocks.get(b);
                    if (b >= VggSpec.SHARED) {
                        Tensor probabilities =
                                block.experts.size() == 1 ? null : block.probabilities(a);
                        block.gating.addUsage(probabilities, a.size(0), usage[b - VggSpec.SHARED]);
                    }
                    a = block.run(a);
                }
            }
        };
    }

    private Block block(int b, Parameters parameters) {
        Mixture mixture = spec.blocks().get(b).mixture();
        List<VggExpert> experts = new ArrayList<>();
        for (int e = 0; e < mixture.experts(); e++) {
            experts.add(
                    new VggExpert(
                            parameters,
                            "blocks." + b + ".experts.",
                            e,
                            spec.blocks().get(b).channels().size()));
        }
        return new Block(experts, new Gating(mixture, parameters, "blocks." + b + ".gates"));
    }

    private Tensor images(Tensor x) {
        List<Integer> shape = spec.input().shape();
        Tensor images = x.view(x.size(0), shape.get(0), shape.get(1), shape.get(2));
        return channelsLast ? images.contiguous(MemoryFormat.ChannelsLast) : images;
    }

    @Override
    public int block() {
        return 128;
    }

    /** Of a convolution its output, normalised; of a pool also 8-byte positions. */
    @Override
    public long activations() {
        long values = 2L * spec.input().elements();
        for (int b = 0; b < spec.blocks().size(); b++) {
            VggSpec.Block block = spec.blocks().get(b);
            long pixels = (long) spec.fedHeight(b) * spec.fedWidth(b);
            long convolved = block.channels().stream().mapToLong(Integer::longValue).sum();
            long expert = pixels * (2 * convolved + block.out());
            values += block.mixture().experts() * expert;
        }
        return values;
    }
}
