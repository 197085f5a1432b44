package org.almaflow.engine.dl4j;

/** What comes after attention in a block of a transformer. */
interface FeedForward {
    /** From rows {@code h} [rows, width] to {@code y} of that shape. */
    void forward(float[] h, float[] y);

    /**
     * The gradient of {@code h} for that of {@code y}, after {@link #forward}; those of the
     * parameters take their places.
     *
     * @param h as it was, for who has not kept it
     */
    void backward(float[] h, float[] dy, float[] dh, float[] gradient);

    /** Expert that the gate sends each row to. */
    default int[] choices() {
        throw new IllegalStateException("the block has no experts");
    }
}
