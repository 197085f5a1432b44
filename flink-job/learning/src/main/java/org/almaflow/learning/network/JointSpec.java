package org.almaflow.learning.network;

import java.util.List;
import java.util.Objects;

/**
 * A uniform mixture: networks of one kind that are trained together on the sum or the mean of their
 * logits.
 *
 * @param networks how many
 */
public record JointSpec(int networks, NetworkSpec each, Joining joining) implements NetworkSpec {
    /** How the networks' logits make one. */
    public enum Joining {
        /** As the reference implementation trains. */
        SUM,
        MEAN
    }

    /** With the mean of the logits. */
    public JointSpec(int networks, NetworkSpec each) {
        this(networks, each, Joining.MEAN);
    }

    public JointSpec {
        Objects.requireNonNull(joining, "joining");
        if (networks < 1) {
            throw new IllegalArgumentException("k must be 1 or more, not " + networks);
        }
        boolean mixed = each.mixtures().stream().anyMatch(m -> m.gates() > 0);
        if (each instanceof JointSpec || each instanceof TransformerSpec || mixed) {
            throw new IllegalArgumentException(
                    "networks with experts, joint networks and transformers cannot be trained"
                            + " jointly");
        }
    }

    @Override
    public float logitShare() {
        return joining == Joining.SUM ? 1f : 1f / networks;
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
