package org.almaflow.engine.torch;

import org.almaflow.learning.network.TransformerSpec;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A block: {@code x += attention(norm(x)); x += feedForward(norm(x))}, on rows [n · T, width]. */
final class TransformerBlock {
    /** What comes after attention. */
    private interface FeedForward {
        Tensor run(Tensor h, TransformerForm.Pass pass);
    }

    private final int index;
    private final long positions;
    private final long heads;
    private final long width;
    private final Norm norm1;
    private final Norm norm2;
    private final Tensor qkvWeight;
    private final TensorOptional qkvBias;
    private final Tensor outWeight;
    private final TensorOptional outBias;
    private final TensorOptional noMask;
    private final DoubleOptional usualScale;
    private final FeedForward feedForward;

    TransformerBlock(TransformerSpec spec, int index, Place place, Parameters parameters) {
        this.index = index;
        positions = spec.positions();
        heads = spec.heads();
        width = spec.width();
        String name = "blocks." + index + ".";
        norm1 = new Norm(name + "norm1", width, parameters);
        qkvWeight = parameters.whole(name + "attention.qkv.weight");
        qkvBias = parameters.optional(name + "attention.qkv.bias");
        outWeight = parameters.whole(name + "attention.out.weight");
        outBias = parameters.optional(name + "attention.out.bias");
        noMask = parameters.keep(new TensorOptional());
        usualScale = parameters.keep(new DoubleOptional());
        norm2 = new Norm(name + "norm2", width, parameters);
        if (spec.experts(index) == 0) {
            DenseFeedForward dense = DenseFeedForward.whole(name, parameters);
            feedForward = (h, pass) -> dense.run(h);
        } else {
            feedForward = new SwitchExperts(spec, index, place, parameters)::run;
        }
    }

    Tensor run(Tensor x, TransformerForm.Pass pass) {
        Tensor mixed = attention(norm1.of(x), pass.sequences());
        Tensor sum = x.add(pass.drop(mixed, 2 * index + 1));
        return sum.add(pass.drop(feedForward.run(norm2.of(sum), pass), 2 * index + 2));
    }

    private Tensor attention(Tensor h, long n) {
        long headWidth = width / heads;
        Tensor parts =
                torch.linear(h, qkvWeight, qkvBias)
                        .view(n, positions, 3, heads, headWidth)
                        .permute(2, 0, 3, 1, 4);
        Tensor[] qkv = torch.unbind(parts, 0).get();
        Tensor mixed =
                torch.scaled_dot_product_attention(
                        qkv[0], qkv[1], qkv[2], noMask, 0, true, usualScale, false);
        return torch.linear(
                mixed.transpose(1, 2).reshape(n * positions, width), outWeight, outBias);
    }
}
