package org.almaflow.engine.torch;

import org.almaflow.learning.network.NetworkSpec;
import org.bytedeco.pytorch.Tensor;

/** How a network spec is computed. */
interface Model {
    NetworkSpec spec();

    /** Takes its views of the parameters; a training form when they have gradients. */
    Form bind(Parameters parameters);

    /** Examples of an inference block: few enough that they fit the processor's caches. */
    int block();

    /** Values that a training step of one example keeps for its gradient, about. */
    long activations();

    /** A model on the parameters of one network. */
    interface Form {
        /** Logits [n, classes] of examples [n, elements]. */
        Tensor logits(Tensor x);

        /** Adds the usage of experts by examples [n, elements]; see {@code Network.addUsage}. */
        default void addUsage(Tensor x, double[][] usage) {
            throw new IllegalStateException("the network has no mixture layers");
        }
    }
}
