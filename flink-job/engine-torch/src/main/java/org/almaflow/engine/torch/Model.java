package org.almaflow.engine.torch;

import org.almaflow.learning.engine.Augmentation;
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

    /**
     * What a training step differentiates.
     *
     * @param logits [n, classes], or [n · targets, classes] of sequences of tokens
     * @param penalty added to the mean cross-entropy; null for none
     */
    record Trained(Tensor logits, Tensor penalty) {}

    /** A model on the parameters of one network. */
    interface Form {
        /**
         * Logits [n, classes] of examples [n, elements], or [n · targets, classes] of sequences of
         * tokens, in inference mode where that differs.
         */
        Tensor logits(Tensor x);

        /**
         * The pass of a training step.
         *
         * @param x examples [n, elements], already augmented
         * @param position of the first one in the order of the epoch
         */
        default Trained train(Tensor x, int position, Augmentation augmentation) {
            return new Trained(logits(x), null);
        }

        /** Adds the usage of experts by examples [n, elements]; see {@code Network.addUsage}. */
        default void addUsage(Tensor x, double[][] usage) {
            throw new IllegalStateException("the network has no mixture layers");
        }
    }
}
