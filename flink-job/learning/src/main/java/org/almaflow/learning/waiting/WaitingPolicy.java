package org.almaflow.learning.waiting;

/**
 * Decides at an arrival whether to open a session on what is buffered. A pure function: the same
 * view gives the same decision.
 */
public sealed interface WaitingPolicy permits EveryChunks {
    /** Decides for the newest arrival, which {@code view} already counts as buffered. */
    Decision decide(WaitingView view);

    /** As the experiment writes it, such as {@code chunks: 5}. */
    String describe();
}
