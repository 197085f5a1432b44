package org.almaflow.learning.waiting;

import java.util.OptionalLong;

/**
 * Decides at an arrival or at a timer whether to open a session on what is buffered. A pure
 * function: the same view gives the same decision.
 *
 * <p>To add a policy: a record that implements this interface, its name here under {@code permits},
 * a line in {@code experiment.WaitingReader}, one in {@code WaitingPolicyContractTest.POLICIES},
 * and one in docs/waiting.md.
 */
public sealed interface WaitingPolicy
        permits EveryChunks, EveryExamples, AfterTime, AnyOf, AllOf, Geometric, Budget, WarmUp {
    /** Would it train? Asked with at least one buffered chunk; need not mind that it is empty. */
    Decision choose(WaitingView view);

    /** Decides for {@code view}, which counts the newest arrival as buffered. */
    default Decision decide(WaitingView view) {
        Decision chosen = choose(view);
        return chosen.train() && view.bufferedExamples() == 0
                ? chosen.held(", but they hold no example")
                : chosen;
    }

    /** Whether it reads {@link WaitingView#progress}: then it is asked where sessions end. */
    default boolean needsFeedback() {
        return false;
    }

    /** Which clock it reads. */
    default TimeKind time() {
        return TimeKind.NONE;
    }

    /**
     * When to ask again although nothing arrives, milliseconds since 1970, later than {@code now};
     * empty when only an arrival can change the decision. Of processing time only.
     */
    default OptionalLong wakeAt(WaitingView view) {
        return OptionalLong.empty();
    }

    /** As the experiment writes it, such as {@code chunks: 5}. */
    String describe();
}
