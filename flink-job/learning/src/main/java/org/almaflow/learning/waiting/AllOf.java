package org.almaflow.learning.waiting;

import java.util.List;
import java.util.OptionalLong;

/** Trains when all of its policies would. */
public record AllOf(List<WaitingPolicy> policies) implements WaitingPolicy {
    public AllOf {
        policies = Composition.checked(policies);
    }

    @Override
    public Decision choose(WaitingView view) {
        List<Decision> decisions = policies.stream().map(p -> p.choose(view)).toList();
        return Composition.joined(decisions, decisions.stream().allMatch(Decision::train));
    }

    @Override
    public boolean needsFeedback() {
        return Composition.needFeedback(policies);
    }

    @Override
    public TimeKind time() {
        return Composition.time(policies);
    }

    /** When the last of them wakes: until then one of them holds. */
    @Override
    public OptionalLong wakeAt(WaitingView view) {
        return Composition.wakes(policies, view).max();
    }

    @Override
    public String describe() {
        return "all-of: " + Composition.list(policies);
    }
}
