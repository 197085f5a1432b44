package org.almaflow.learning.waiting;

import java.util.Map;

/**
 * Trains every {@code w} arrivals: w = 1 is greedy, w = the number of chunks trains once at the
 * end.
 */
public record EveryChunks(long w) implements WaitingPolicy {
    public EveryChunks {
        Require.atLeastOne(w);
    }

    @Override
    public Decision choose(WaitingView view) {
        return new Decision(
                view.bufferedChunks() >= w,
                view.bufferedChunks() + " of " + w + " chunks buffered",
                Map.of("buffered_chunks", (double) view.bufferedChunks()));
    }

    @Override
    public String describe() {
        return "chunks: " + w;
    }
}
