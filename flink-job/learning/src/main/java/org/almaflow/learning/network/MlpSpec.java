package org.almaflow.learning.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Multi-layer perceptron: the flattened input, hidden linear layers each followed by ReLU, and a
 * linear output layer.
 *
 * @param hidden widths of the hidden layers; may be empty (a linear classifier)
 */
public record MlpSpec(InputSpec input, List<Integer> hidden, int classes) implements NetworkSpec {
    public MlpSpec {
        Objects.requireNonNull(input, "input").requireValues();
        hidden = List.copyOf(hidden);
        if (hidden.stream().anyMatch(h -> h < 1)) {
            throw new IllegalArgumentException("hidden widths must be positive, not " + hidden);
        }
        if (classes < 2) {
            throw new IllegalArgumentException("a network needs 2 classes or more, not " + classes);
        }
    }

    /** Widths of all layers from the input to the logits: one more than there are linear layers. */
    public List<Integer> widths() {
        List<Integer> widths = new ArrayList<>();
        widths.add(input.elements());
        widths.addAll(hidden);
        widths.add(classes);
        return widths;
    }

    /** {@code layers.i.weight} [out, in] and {@code layers.i.bias} [out], from the input on. */
    @Override
    public List<TensorSpec> tensors() {
        List<Integer> widths = widths();
        List<TensorSpec> tensors = new ArrayList<>();
        for (int i = 0; i + 1 < widths.size(); i++) {
            int in = widths.get(i);
            int out = widths.get(i + 1);
            double bound = 1 / Math.sqrt(in);
            tensors.add(new TensorSpec("layers." + i + ".weight", List.of(out, in), bound));
            tensors.add(new TensorSpec("layers." + i + ".bias", List.of(out), bound));
        }
        return tensors;
    }

    @Override
    public long forwardMacs() {
        List<Integer> widths = widths();
        long macs = 0;
        for (int i = 0; i + 1 < widths.size(); i++) {
            macs += (long) widths.get(i) * widths.get(i + 1);
        }
        return macs;
    }
}
