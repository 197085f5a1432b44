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

    /** Whether sessions of all members end at the same epoch. */
    default boolean stopsTogether() {
        return false;
    }

    /** What is averaged when several networks predict together; empty when one predicts. */
    default Optional<Averaging> averaging() {
        return Optional.empty();
    }

    /** Whether a member's network grows before session {@code session}, counted from 1. */
    default boolean growsBefore(long session) {
        return false;
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

    /**
     * Ens: k networks that differ in initial weights and order of examples, trained apart.
     *
     * @param together whether their sessions end together, when none has improved for {@code
     *     patience} epochs; otherwise each ends by itself
     */
    record Ensemble(int k, Averaging of, boolean together) implements Family {
        /** Members that end each by themselves. */
        public Ensemble(int k, Averaging of) {
            this(k, of, false);
        }

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

        @Override
        public boolean stopsTogether() {
            return together;
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
     *
     * @param copies of a transformer: in each layer so many experts, those with the largest loss,
     *     are copied with their gate rows
     */
    record GrowingMixture(int experts, int growEvery, int copies) implements Family {
        /** One expert a layer. */
        public GrowingMixture(int experts, int growEvery) {
            this(experts, growEvery, 1);
        }

        @Override
        public String label() {
            return "gMoE";
        }

        @Override
        public NetworkSpec start(NetworkTemplate network, InputSpec input, int classes) {
            return network.mixture(experts, input, classes);
        }

        @Override
        public boolean growsBefore(long session) {
            return session > 1 && (session - 1) % growEvery == 0;
        }
    }

    /**
     * FF: a convolutional network that gets more channels before every {@code growEvery}-th session
     * after the first (Wu et al. 2020).
     *
     * @param rate b: growth t makes the network (b·t+1)/(b·(t−1)+1) times as wide
     * @param newChannels new channels that are candidates in each convolution
     * @param epsilon size of a new channel's outgoing weights, and square of the size of a split's
     *     direction, as a share of the weights that are there
     * @param searchSteps mini-batches on which the candidates' directions are searched
     * @param scoreSteps mini-batches on which the candidates are then scored
     */
    record FireFly(
            int growEvery,
            double rate,
            int newChannels,
            double epsilon,
            int searchSteps,
            int scoreSteps)
            implements Family {
        @Override
        public String label() {
            return "FF";
        }

        @Override
        public boolean growsBefore(long session) {
            return session > 1 && (session - 1) % growEvery == 0;
        }

        /** Channels to add to {@code channels} before session {@code session}. */
        public int growth(long session, int channels) {
            double t = Math.floorDiv(session - 1, growEvery);
            double share = (rate * t + 1) / (rate * (t - 1) + 1) - 1;
            return share > 0 ? (int) Math.max(1, Math.round(share * channels)) : 0;
        }
    }
}
