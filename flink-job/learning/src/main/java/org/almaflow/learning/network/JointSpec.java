package org.almaflow.learning.network;

import java.util.ArrayList;
import java.util.List;

/**
 * A uniform mixture: networks of one kind that are trained together; the logits are the mean of
 * theirs.
 *
 * @param networks how many
 */
public record JointSpec(int networks, MlpSpec each) implements NetworkSpec {
    public JointSpec {
        if (networks < 1) {
            throw new IllegalArgumentException("k must be 1 or more, not " + networks);
        }
    }

    @Override
    public InputSpec input() {
        return each.input();
    }

    @Override
    public int classes() {
        return each.classes();
    }

    /** The tensors of each network, stacked: [networks, …] under the names of {@link #each}. */
    @Override
    public List<TensorSpec> tensors() {
        List<TensorSpec> tensors = new ArrayList<>();
        for (TensorSpec t : each.tensors()) {
            List<Integer> shape = new ArrayList<>(List.of(networks));
            shape.addAll(t.shape());
            tensors.add(new TensorSpec(t.name(), shape, t.bound()));
        }
        return tensors;
    }

    @Override
    public long forwardMacs() {
        return networks * each.forwardMacs();
    }
}
