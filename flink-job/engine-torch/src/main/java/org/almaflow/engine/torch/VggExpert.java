package org.almaflow.engine.torch;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.network.VggSpec;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * One expert of a block: convolutions, each with batch normalisation and ReLU, then a max-pool.
 *
 * <p>In training a convolution goes without its bias, which batch normalisation takes away again:
 * it only moves the running mean, and its gradient is zero.
 */
final class VggExpert {
    private static final long[] ONE = {1, 1};
    private static final long[] TWO = {2, 2};
    private static final long[] NONE = {0, 0};

    /** A convolution and the batch normalisation after it. */
    private record Layer(
            Tensor weight,
            Tensor bias,
            TensorOptional convolutionBias,
            TensorOptional scale,
            TensorOptional shift,
            Tensor mean,
            TensorOptional runningMean,
            TensorOptional runningVariance) {}

    private final List<Layer> layers = new ArrayList<>();
    private final boolean training;

    /** Of a bias in the running mean, which is about to be multiplied by 1 - momentum. */
    private final Scalar biasShare;

    VggExpert(Parameters parameters, String name, int expert, int convolutions) {
        training = parameters.training();
        biasShare = parameters.scalar(VggSpec.MOMENTUM / (1 - VggSpec.MOMENTUM));
        for (int i = 0; i < convolutions; i++) {
            layers.add(layer(parameters, name + "convs." + i, name + "norms." + i, expert));
        }
    }

    private static Layer layer(Parameters parameters, String conv, String norm, int expert) {
        Tensor bias = parameters.fixedPart(conv + ".bias", expert);
        Tensor mean = parameters.fixedPart(norm + ".running_mean", expert);
        Tensor runningMean = parameters.fixedPart(norm + ".running_mean", expert);
        Tensor variance = parameters.fixedPart(norm + ".running_var", expert);
        boolean without = parameters.training();
        return new Layer(
                parameters.part(conv + ".weight", expert),
                bias,
                parameters.keep(without ? new TensorOptional() : new TensorOptional(bias)),
                parameters.keep(new TensorOptional(parameters.part(norm + ".weight", expert))),
                parameters.keep(new TensorOptional(parameters.part(norm + ".bias", expert))),
                mean,
                parameters.keep(new TensorOptional(runningMean)),
                parameters.keep(new TensorOptional(variance)));
    }

    Tensor run(Tensor x) {
        Tensor a = x;
        for (Layer layer : layers) {
            if (training) {
                layer.mean.add_(layer.bias, biasShare);
            }
            a = torch.conv2d(a, layer.weight, layer.convolutionBias, ONE, ONE, ONE, 1);
            a =
                    torch.batch_norm(
                            a,
                            layer.scale,
                            layer.shift,
                            layer.runningMean,
                            layer.runningVariance,
                            training,
                            VggSpec.MOMENTUM,
                            VggSpec.EPSILON,
                            true);
            a = a.relu_();
        }
        return torch.max_pool2d(a, TWO, TWO, NONE, ONE, false);
    }
}
