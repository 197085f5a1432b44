package org.almaflow.engine.dl4j.export;

import java.util.List;
import java.util.Map;
import org.almaflow.learning.network.MlpSpec;
import org.almaflow.learning.network.Tensors.Tensor;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.nd4j.linalg.activations.Activation;

/**
 * The layers of one network, from normalised input to logits, named as its tensors are.
 *
 * @param prefix what all names begin with
 */
record Tower(Blueprint blueprint, Weights weights, String prefix) {
    /** Adds a multi-layer perceptron; returns the name of the logits. */
    String mlp(MlpSpec spec, String input) {
        String at = input;
        List<Integer> widths = spec.widths();
        for (int i = 0; i + 2 < widths.size(); i++) {
            at = linear("layers." + i, at, "layers." + i, Activation.RELU);
        }
        return linear("logits", at, "layers." + (widths.size() - 2), Activation.IDENTITY);
    }

    /** Adds a linear layer with the weight and bias of {@code tensors}. */
    String linear(String name, String from, String tensors, Activation activation) {
        Tensor weight = weights.tensor(tensors + ".weight");
        Tensor bias = weights.tensor(tensors + ".bias");
        return linear(name, from, null, weight, bias, activation);
    }

    /** Adds a linear layer: weight [out, in], bias [out]. */
    String linear(
            String name,
            String from,
            InputPreProcessor before,
            Tensor weight,
            Tensor bias,
            Activation activation) {
        DenseLayer layer =
                new DenseLayer.Builder()
                        .nIn(weight.shape().get(1))
                        .nOut(weight.shape().get(0))
                        .activation(activation)
                        .build();
        return blueprint.layer(prefix + name, from, layer, before, Weights.linear(weight, bias));
    }

    /**
     * Adds a layer that copies input {@code index} of {@code inputs} to all its outputs; training
     * passes through it and leaves it as it is.
     */
    String spread(String name, String from, int index, int inputs, int outputs) {
        float[] ones = new float[outputs * inputs];
        for (int i = 0; i < outputs; i++) {
            ones[i * inputs + index] = 1;
        }
        DenseLayer layer =
                new DenseLayer.Builder()
                        .nIn(inputs)
                        .nOut(outputs)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build();
        Tensor weight = new Tensor(List.of(outputs, inputs), ones);
        return blueprint.layer(
                prefix + name,
                from,
                new FrozenLayerWithBackprop(layer),
                null,
                Map.of("W", Weights.array(weight).transpose()));
    }
}
