package org.almaflow.learning.network;

import java.util.List;

/**
 * A uniform mixture: networks of one kind that are trained together; the logits are the mean of
 * theirs.
 *
 * @param networks how many
 */
public record JointSpec(int networks, NetworkSpec each) implements NetworkSpec {
    public JointSpec {
        if (networks < 1) {
            throw new IllegalArgumentException("k must be 1 or more, not " + networks);
        }
        boolean mixed = each.mixtures().stream().anyMatch(m -> m.gates() > 0);
        if (each instanceof JointSpec || mixed) {
            throw new IllegalArgumentException(
                    "networks that are mixtures themselves cannot be trained jointly");
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
        return each.tensors().stream().map(t -> t.stacked(networks)).toList();
    }

    @Override
    public long forwardMacs() {
        return networks * each.forwardMacs();
    }
}
