package org.almaflow.learning.waiting;

/**
 * Trains every {@code w} arrivals: w = 1 is greedy, w = the number of chunks trains once at the
 * end.
 */
public record EveryChunks(long w) implements WaitingPolicy {
    public EveryChunks {
        if (w < 1) {
            throw new IllegalArgumentException("must be a whole number from 1, not " + w);
        }
    }

    @Override
    public Decision choose(WaitingView view) {
        String counted = view.bufferedChunks() + " of " + w + " chunks buffered";
        return new Decision(view.bufferedChunks() >= w, counted);
    }

    @Override
    public String describe() {
        return "chunks: " + w;
    }
}
