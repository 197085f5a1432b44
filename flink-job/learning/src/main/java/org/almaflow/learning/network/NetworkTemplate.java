package org.almaflow.learning.network;

import java.util.List;

/**
 * A network as an experiment names it, before the stream's input and number of classes are known.
 */
public sealed interface NetworkTemplate {
    /** The network for a stream. */
    NetworkSpec on(InputSpec input, int classes);

    /**
     * See {@link MlpSpec}.
     *
     * @param hidden widths of the hidden layers
     */
    record Mlp(List<Integer> hidden) implements NetworkTemplate {
        public Mlp {
            hidden = List.copyOf(hidden);
        }

        @Override
        public NetworkSpec on(InputSpec input, int classes) {
            return new MlpSpec(input, hidden, classes);
        }
    }
}
