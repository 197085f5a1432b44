package org.almaflow.learning.waiting;

import java.util.List;
import java.util.OptionalLong;

/** Trains when one of its policies would. */
public record AnyOf(List<WaitingPolicy> policies) implements WaitingPolicy {
    public AnyOf {
        policies = Composition.checked(policies);
    }

    @Override
    public Decision choose(WaitingView view) {
        List<Decision> decisions = policies.stream().map(p -> p.choose(view)).toList();
        return Composition.joined(decisions, decisions.stream().anyMatch(Decision::train));
    }

    @Override
    public boolean needsFeedback() {
        return Composition.needFeedback(policies);
    }

    @Override
    public TimeKind time() {
        return Composition.time(policies);
    }

    /** When the first of them wakes. */
    @Override
    public OptionalLong wakeAt(WaitingView view) {
        return Composition.wakes(policies, view).min();
    }

    @Override
    public String describe() {
        return "any-of: " + Composition.list(policies);
    }
}
