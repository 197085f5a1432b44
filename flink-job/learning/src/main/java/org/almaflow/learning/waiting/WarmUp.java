package org.almaflow.learning.waiting;

import java.util.Map;
import java.util.OptionalLong;

/**
 * Trains at once while one of the first {@code chunks} chunks is buffered, then leaves the decision
 * to another policy. Before the first session the untrained predictor's error counts at every
 * arrival; a policy that waits w chunks pays it w − 1 times.
 */
public record WarmUp(long chunks, WaitingPolicy then) implements WaitingPolicy {
    public WarmUp {
        Require.atLeastOne(chunks);
    }

    @Override
    public Decision choose(WaitingView view) {
        return warming(view)
                ? new Decision(
                        true,
                        "chunk %d is one of the first %d, trained on at once"
                                .formatted(view.lastSessionArrival() + 1, chunks),
                        Map.of("buffered_chunks", (double) view.bufferedChunks()))
                : then.choose(view);
    }

    private boolean warming(WaitingView view) {
        return view.lastSessionArrival() < chunks;
    }

    @Override
    public boolean needsFeedback() {
        return then.needsFeedback();
    }

    @Override
    public TimeKind time() {
        return then.time();
    }

    @Override
    public OptionalLong wakeAt(WaitingView view) {
        return warming(view) ? OptionalLong.empty() : then.wakeAt(view);
    }

    @Override
    public String describe() {
        return then.describe() + ", warm-up: " + chunks;
    }
}
