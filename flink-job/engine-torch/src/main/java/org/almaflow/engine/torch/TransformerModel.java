package org.almaflow.engine.torch;

import org.almaflow.learning.network.TransformerSpec;

/** {@link TransformerSpec}, dense or with Switch experts. */
record TransformerModel(TransformerSpec spec, Place place) implements Model {
    /** Tokens of one block of inference, at most, where a sequence has no more. */
    private static final int TOKENS = 2048;

    @Override
    public Form bind(Parameters parameters) {
        return new TransformerForm(spec, place, parameters);
    }

    @Override
    public int block() {
        return Math.max(1, TOKENS / spec.positions());
    }

    /**
     * Of a position: a vector of each sum, norm, part's output and its dropout's factors, queries,
     * keys, values and what is mixed of them, the inner layer of a feed-forward part, and logits
     * with their logarithms; with experts also what went to them, and the rows as each gate sees
     * them.
     */
    @Override
    public long activations() {
        long position = 3L * spec.width() + 2L * spec.classes();
        for (int i = 0; i < spec.layers(); i++) {
            int experts = spec.experts(i);
            position += 10L * spec.width() + spec.heads() + spec.feedForward();
            position += experts == 0 ? 0 : (3L + experts) * spec.width();
        }
        return position * spec.positions();
    }
}
