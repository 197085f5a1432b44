package org.almaflow.learning.waiting;

import java.util.Map;

/** Trains when {@code n} examples or more are buffered. */
public record EveryExamples(long n) implements WaitingPolicy {
    public EveryExamples {
        Require.atLeastOne(n);
    }

    @Override
    public Decision choose(WaitingView view) {
        return new Decision(
                view.bufferedExamples() >= n,
                view.bufferedExamples() + " of " + n + " examples buffered",
                Map.of("buffered_examples", (double) view.bufferedExamples()));
    }

    @Override
    public String describe() {
        return "examples: " + n;
    }
}
