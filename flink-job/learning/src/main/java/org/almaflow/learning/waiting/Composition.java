package org.almaflow.learning.waiting;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What {@link AnyOf} and {@link AllOf} share: several policies that see the same view. */
final class Composition {
    private Composition() {}

    /** The policies, when they are at least one and read one clock at most. */
    static List<WaitingPolicy> checked(List<WaitingPolicy> policies) {
        if (policies.isEmpty()) {
            throw new IllegalArgumentException("must list at least one policy");
        }
        if (clocks(policies).size() > 1) {
            throw new IllegalArgumentException(
                    "must not mix processing and event time; give all times the same clock");
        }
        return List.copyOf(policies);
    }

    private static List<TimeKind> clocks(List<WaitingPolicy> policies) {
        return policies.stream()
                .map(WaitingPolicy::time)
                .filter(kind -> kind != TimeKind.NONE)
                .distinct()
                .toList();
    }

    static TimeKind time(List<WaitingPolicy> policies) {
        return clocks(policies).stream().findFirst().orElse(TimeKind.NONE);
    }

    static boolean needFeedback(List<WaitingPolicy> policies) {
        return policies.stream().anyMatch(WaitingPolicy::needsFeedback);
    }

    static LongStream wakes(List<WaitingPolicy> policies, WaitingView view) {
        return policies.stream().map(p -> p.wakeAt(view)).flatMapToLong(OptionalLong::stream);
    }

    /** One decision, with the reasons of those policies that decided as it does. */
    static Decision joined(List<Decision> decisions, boolean train) {
        Map<String, Double> figures = new LinkedHashMap<>();
        decisions.forEach(d -> d.figures().forEach(figures::putIfAbsent));
        String reasons =
                decisions.stream()
                        .filter(d -> d.train() == train)
                        .map(Decision::reason)
                        .collect(Collectors.joining("; "));
        return new Decision(train, reasons, figures);
    }

    static String list(List<WaitingPolicy> policies) {
        return policies.stream()
                .map(p -> "{" + p.describe() + "}")
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
