package org.almaflow.engine.dl4j.export;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.almaflow.learning.network.Tensors.Tensor;
import org.almaflow.learning.network.VggSpec;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.nd4j.linalg.activations.Activation;

/** A convolutional network in a tower. Images are [channels, height, width]. */
record VggTower(Tower tower, VggSpec spec) {
    /** What comes out of a block: images, or the same values as rows. */
    private record Output(String name, boolean rows) {}

    /** Adds the network on rows; returns the name of the logits. */
    String logits(String input) {
        Output at = new Output(input, true);
        for (int b = 0; b < spec.blocks().size(); b++) {
            at = block(b, at);
        }
        Weights weights = tower.weights();
        return tower.linear(
                "logits",
                at.name(),
                at.rows() ? null : toRows(spec.blocks().size()),
                weights.tensor("output.weight"),
                weights.tensor("output.bias"),
                Activation.IDENTITY);
    }

    private Output block(int b, Output input) {
        VggSpec.Block block = spec.blocks().get(b);
        if (block.mixture().experts() == 1) {
            return new Output(expert(b, 0, input), false);
        }
        String name = "blocks." + b;
        String fed = input.rows() ? input.name() : rows(name + ".rows", b, input.name());
        IntFunction<String> expert =
                e -> rows(name + ".experts." + e + ".rows", b + 1, expert(b, e, input));
        int width = block.out() * spec.fedHeight(b + 1) * spec.fedWidth(b + 1);
        Tensor gates = tower.weights().gatesWithoutPool(spec, b);
        MixtureTower.Mixed mixed = new MixtureTower.Mixed(name, fed, width, gates, expert);
        return new Output(new MixtureTower(tower).mix(block.mixture(), mixed), true);
    }

    private String rows(String name, int b, String images) {
        return tower.blueprint()
                .vertex(tower.prefix() + name, new PreprocessorVertex(toRows(b)), List.of(images));
    }

    /** Turns what block {@code b} is fed into rows. */
    private InputPreProcessor toRows(int b) {
        return new CnnToFeedForwardPreProcessor(
                spec.fedHeight(b), spec.fedWidth(b), spec.fedChannels(b));
    }

    private InputPreProcessor toImages(int b) {
        return new FeedForwardToCnnPreProcessor(
                spec.fedHeight(b), spec.fedWidth(b), spec.fedChannels(b));
    }

    private String expert(int b, int e, Output input) {
        String name = "blocks." + b + ".experts." + e;
        String at = input.name();
        for (int i = 0; i < spec.blocks().get(b).channels().size(); i++) {
            InputPreProcessor before = i == 0 && input.rows() ? toImages(b) : null;
            String tensors = "blocks." + b + ".experts.";
            at = convolution(name + ".convs." + i, at, before, tensors + "convs." + i, e);
            at = norm(name + ".norms." + i, at, tensors + "norms." + i, e);
            at = plain(name + ".relus." + i, at, new ActivationLayer(Activation.RELU));
        }
        SubsamplingLayer pool =
                new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build();
        return plain(name + ".pool", at, pool);
    }

    private String convolution(
            String name, String from, InputPreProcessor before, String tensors, int e) {
        Tensor weight = tower.weights().expert(tensors + ".weight", e);
        Tensor bias = tower.weights().expert(tensors + ".bias", e);
        ConvolutionLayer layer =
                new ConvolutionLayer.Builder(3, 3)
                        .padding(1, 1)
                        .nIn(weight.shape().get(1))
                        .nOut(weight.shape().get(0))
                        .activation(Activation.IDENTITY)
                        .build();
        return tower.blueprint()
                .layer(
                        tower.prefix() + name,
                        from,
                        layer,
                        before,
                        Map.of("W", Weights.array(weight), "b", Weights.array(bias)));
    }

    private String norm(String name, String from, String tensors, int e) {
        Weights weights = tower.weights();
        Tensor gamma = weights.expert(tensors + ".weight", e);
        BatchNormalization layer =
                new BatchNormalization.Builder()
                        .nIn(gamma.data().length)
                        .nOut(gamma.data().length)
                        .eps(VggSpec.EPSILON)
                        .decay(1 - VggSpec.MOMENTUM)
                        .useLogStd(false)
                        .build();
        return tower.blueprint()
                .layer(
                        tower.prefix() + name,
                        from,
                        layer,
                        null,
                        Map.of(
                                "gamma", Weights.array(gamma),
                                "beta", Weights.array(weights.expert(tensors + ".bias", e)),
                                "mean", Weights.array(weights.expert(tensors + ".running_mean", e)),
                                "var", Weights.array(weights.expert(tensors + ".running_var", e))));
    }

    private String plain(String name, String from, org.deeplearning4j.nn.conf.layers.Layer layer) {
        return tower.blueprint().layer(tower.prefix() + name, from, layer, null, Map.of());
    }
}
