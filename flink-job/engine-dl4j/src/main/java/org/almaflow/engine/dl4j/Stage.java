package org.almaflow.engine.dl4j;

/**
 * What lies between two linear layers, in loops over float arrays that the JVM compiles to vector
 * instructions. All matrices are transposed, [values, n], so that loops run along the mini-batch. A
 * stage belongs to one program.
 */
interface Stage {
    /** Bytes of its own memory. */
    default long bytes() {
        return 0;
    }

    /**
     * Computes the next layer's input.
     *
     * @param z the linear layer's output; the stage keeps here what its backward pass needs
     * @param a receives the stage's output; its rows of ones, which multiply the next layer's
     *     biases, are there already and stay
     */
    void forward(float[] z, float[] a);

    /**
     * Computes the gradient of the linear layer's output.
     *
     * @param z as {@link #forward} left it
     * @param a as {@link #forward} left it
     * @param da gradient of the stage's output; its rows of the ones mean nothing
     * @param dz receives the gradient of the linear layer's output, all of it
     */
    void backward(float[] z, float[] a, float[] da, float[] dz);

    /**
     * Adds how much each expert is used, after {@link #forward}.
     *
     * @throws IllegalStateException when there are no experts
     */
    default void addUsage(float[] z, double[] usage) {
        throw new IllegalStateException("the network has no mixture layers");
    }

    /** The slope of a ReLU: 1 where its value is positive, 0 where it is 0, NaN where it is NaN. */
    static float slope(float rectified) {
        return Math.min(1f, rectified * Float.MAX_VALUE);
    }

    /** Makes {@code to} the ReLU of {@code from}; a NaN stays. */
    static void rectify(float[] from, int at, float[] to, int start, int count) {
        for (int i = 0; i < count; i++) {
            to[start + i] = Math.max(0f, from[at + i]);
        }
    }

    /** The gradient through a ReLU whose value is {@code a}. */
    static void unrectify(float[] a, float[] da, int at, float[] dz, int start, int count) {
        for (int i = 0; i < count; i++) {
            dz[start + i] = da[at + i] * slope(a[at + i]);
        }
    }
}
