package org.almaflow.learning.network;

import java.util.Collections;
import java.util.List;

/**
 * A network as an experiment names it, before the stream's input and number of classes are known
 * and before a family multiplies it.
 */
public sealed interface NetworkTemplate {
    /** The plain network. */
    NetworkSpec single(InputSpec input, int classes);

    /** {@code k} of them, trained together on the sum or the mean of their logits. */
    NetworkSpec joint(int k, JointSpec.Joining joining, InputSpec input, int classes);

    /** With mixture layers of {@code experts} experts in the place of its layers. */
    NetworkSpec mixture(int experts, InputSpec input, int classes);

    /** Whether it predicts tokens, and its measure is their cross-entropy. */
    default boolean tokens() {
        return false;
    }

    /**
     * See {@link TransformerSpec}.
     *
     * @param dropout share of values left out at random in training
     */
    record Transformer(int layers, int width, int heads, int feedForward, double dropout)
            implements NetworkTemplate {
        @Override
        public boolean tokens() {
            return true;
        }

        @Override
        public TransformerSpec single(InputSpec input, int classes) {
            return new TransformerSpec(
                    input, classes, layers, width, heads, feedForward, dropout, List.of());
        }

        @Override
        public NetworkSpec joint(int k, JointSpec.Joining joining, InputSpec input, int classes) {
            return new JointSpec(k, single(input, classes), joining);
        }

        @Override
        public NetworkSpec mixture(int experts, InputSpec input, int classes) {
            List<Integer> each = Collections.nCopies(layers / 2, experts);
            return new TransformerSpec(
                    input, classes, layers, width, heads, feedForward, dropout, each);
        }
    }

    /**
     * See {@link MlpSpec}, {@link JointSpec} and {@link MixtureMlpSpec}.
     *
     * @param hidden widths of the hidden layers
     */
    record Mlp(List<Integer> hidden) implements NetworkTemplate {
        public Mlp {
            hidden = List.copyOf(hidden);
        }

        @Override
        public MlpSpec single(InputSpec input, int classes) {
            return new MlpSpec(input, hidden, classes);
        }

        @Override
        public NetworkSpec joint(int k, JointSpec.Joining joining, InputSpec input, int classes) {
            return new JointSpec(k, single(input, classes), joining);
        }

        @Override
        public NetworkSpec mixture(int experts, InputSpec input, int classes) {
            return MixtureMlpSpec.flat(input, hidden, experts, classes);
        }
    }

    /**
     * See {@link VggSpec}.
     *
     * @param channels of every convolution
     * @param convolutions of each block
     */
    record Vgg(int channels, List<Integer> convolutions) implements NetworkTemplate {
        /** VGG19. */
        public Vgg(int channels) {
            this(channels, VggSpec.VGG19);
        }

        public Vgg {
            convolutions = List.copyOf(convolutions);
            if (channels < 1) {
                throw new IllegalArgumentException("channels must be 1 or more, not " + channels);
            }
        }

        @Override
        public VggSpec single(InputSpec input, int classes) {
            return VggSpec.mixture(input, channels, convolutions, 1, classes);
        }

        @Override
        public NetworkSpec joint(int k, JointSpec.Joining joining, InputSpec input, int classes) {
            return new JointSpec(k, single(input, classes), joining);
        }

        @Override
        public NetworkSpec mixture(int experts, InputSpec input, int classes) {
            return VggSpec.mixture(input, channels, convolutions, experts, classes);
        }
    }
}
