package org.almaflow.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Multi-layer perceptron whose hidden layers are mixtures: each expert is a linear layer with ReLU,
 * each gate a linear layer on the same input; the output layer is shared.
 *
 * @param hidden mixture layers from the input on
 */
public record MixtureMlpSpec(InputSpec input, List<Layer> hidden, int classes)
        implements NetworkSpec {
    /**
     * A mixture layer.
     *
     * @param width outputs of each expert
     */
    public record Layer(int width, Mixture mixture) {
        public Layer {
            Objects.requireNonNull(mixture, "mixture");
            if (width < 1) {
                throw new IllegalArgumentException("hidden widths must be positive, not " + width);
            }
        }
    }

    public MixtureMlpSpec {
        Objects.requireNonNull(input, "input").requireValues();
        hidden = List.copyOf(hidden);
        if (hidden.isEmpty()) {
            throw new IllegalArgumentException("a mixture needs one hidden layer or more");
        }
        if (classes < 2) {
            throw new IllegalArgumentException("a network needs 2 classes or more, not " + classes);
        }
    }

    /** Every hidden layer with the same number of experts under one gate. */
    public static MixtureMlpSpec flat(
            InputSpec input, List<Integer> hidden, int experts, int classes) {
        List<Layer> layers = hidden.stream().map(h -> new Layer(h, Mixture.flat(experts))).toList();
        return new MixtureMlpSpec(input, layers, classes);
    }

    /** Width of what hidden layer {@code i} is fed; of the output layer for i = hidden.size(). */
    public int fedWidth(int i) {
        return i == 0 ? input.elements() : hidden.get(i - 1).width();
    }

    /**
     * Stacked over experts and gates: {@code layers.i.experts.weight} [experts, out, in], {@code
     * layers.i.experts.bias} [experts, out], {@code layers.i.gates.weight} [gates, in], {@code
     * layers.i.gates.bias} [gates]; then {@code output.weight} and {@code output.bias}.
     */
    @Override
    public List<TensorSpec> tensors() {
        List<TensorSpec> tensors = new ArrayList<>();
        for (int i = 0; i < hidden.size(); i++) {
            Layer layer = hidden.get(i);
            String name = "layers." + i;
            int in = fedWidth(i);
            int experts = layer.mixture().experts();
            int gates = layer.mixture().gates();
            double bound = 1 / Math.sqrt(in);
            List<Integer> weight = List.of(experts, layer.width(), in);
            tensors.add(new TensorSpec(name + ".experts.weight", weight, bound));
            tensors.add(
                    new TensorSpec(name + ".experts.bias", List.of(experts, layer.width()), bound));
            if (gates > 0) {
                tensors.add(new TensorSpec(name + ".gates.weight", List.of(gates, in), bound));
                tensors.add(new TensorSpec(name + ".gates.bias", List.of(gates), bound));
            }
        }
        int in = fedWidth(hidden.size());
        double bound = 1 / Math.sqrt(in);
        tensors.add(new TensorSpec("output.weight", List.of(classes, in), bound));
        tensors.add(new TensorSpec("output.bias", List.of(classes), bound));
        return tensors;
    }

    @Override
    public List<Mixture> mixtures() {
        return hidden.stream().map(Layer::mixture).toList();
    }

    @Override
    public MixtureMlpSpec withMixtures(List<Mixture> mixtures) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < hidden.size(); i++) {
            layers.add(new Layer(hidden.get(i).width(), mixtures.get(i)));
        }
        return new MixtureMlpSpec(input, layers, classes);
    }

    /** Every expert and every gate of a layer is computed. */
    @Override
    public long forwardMacs() {
        long macs = (long) fedWidth(hidden.size()) * classes;
        for (int i = 0; i < hidden.size(); i++) {
            Mixture mixture = hidden.get(i).mixture();
            long outputs = (long) mixture.experts() * hidden.get(i).width() + mixture.gates();
            macs += outputs * fedWidth(i);
        }
        return macs;
    }
}
