package org.almaflow.learning.family;

import java.util.Optional;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.JointSpec.Joining;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.NetworkTemplate;

/**
 * Family of a learner: which networks it starts with, how many train independently, how their
 * outputs make one prediction, and how it grows. SEMANTICS says what each computes; the training
 * loop is the same for all.
 */
public sealed interface Family {
    /** As experiments and events write it. */
    String label();

    /** Networks that train independently of each other, each as a member of its own. */
    default int members() {
        return 1;
    }

    /** What is averaged when several networks predict together; empty when one predicts. */
    default Optional<Averaging> averaging() {
        return Optional.empty();
    }

    /** What a member starts with. */
    default NetworkSpec start(NetworkTemplate network, InputSpec input, int classes) {
        return network.single(input, classes);
    }

    /** SM: one network. */
    record Single() implements Family {
        @Override
        public String label() {
            return "SM";
        }
    }

    /** Ens: k networks that differ in initial weights and order of examples, trained apart. */
    record Ensemble(int k, Averaging of) implements Family {
        @Override
        public String label() {
            return "Ens";
        }

        @Override
        public Optional<Averaging> averaging() {
            return Optional.of(of);
        }

        @Override
        public int members() {
            return k;
        }
    }

    /**
     * UMix: k networks trained together on the cross-entropy of the sum (or mean) of their logits.
     */
    record UniformMixture(int k, Joining joining) implements Family {
        @Override
        public String label() {
            return "UMix";
        }

        @Override
        public NetworkSpec start(NetworkTemplate network, InputSpec input, int classes) {
            return network.joint(k, joining, input, classes);
        }
    }

    /**
     * gEns: each session trains one more network, which starts from the last one's weights (warm)
     * or anew; the older ones stay as they are and predict together with it.
     */
    record GrowingEnsemble(boolean warm, Averaging of) implements Family {
        @Override
        public String label() {
            return "gEns";
        }

        @Override
        public Optional<Averaging> averaging() {
            return Optional.of(of);
        }
    }

    /** MoE: one network of mixture layers with a fixed number of experts each. */
    record MixtureOfExperts(int experts) implements Family {
        @Override
        public String label() {
            return "MoE";
        }

        @Override
        public NetworkSpec start(NetworkTemplate network, InputSpec input, int classes) {
            return network.mixture(experts, input, classes);
        }
    }

    /**
     * gMoE: a MoE in which, before every {@code growEvery}-th session after the first, the most
     * used expert of each layer is split.
     */
    record GrowingMixture(int experts, int growEvery) implements Family {
        @Override
        public String label() {
            return "gMoE";
        }

        @Override
        public NetworkSpec start(NetworkTemplate network, InputSpec input, int classes) {
            return network.mixture(experts, input, classes);
        }

        /** Whether it grows before session {@code session}, counted from 1. */
        public boolean growsBefore(long session) {
            return session > 1 && (session - 1) % growEvery == 0;
        }
    }
}
