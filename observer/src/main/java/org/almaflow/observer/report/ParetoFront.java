package org.almaflow.observer.report;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Which of several choices no other is better than in both cost and error. */
public final class ParetoFront {
    private ParetoFront() {}

    /**
     * The choices that are not dominated, by rising cost. One dominates another when it is no worse
     * in both and better in one; so choices that are equal in both stay together. A choice with a
     * NaN is none.
     */
    public static <T> List<T> of(
            List<T> choices, ToDoubleFunction<T> cost, ToDoubleFunction<T> error) {
        List<T> known =
                choices.stream()
                        .filter(c -> !Double.isNaN(cost.applyAsDouble(c) + error.applyAsDouble(c)))
                        .toList();
        return known.stream()
                .filter(c -> known.stream().noneMatch(d -> dominates(d, c, cost, error)))
                .sorted(Comparator.comparingDouble(cost))
                .toList();
    }

    private static <T> boolean dominates(
            T one, T other, ToDoubleFunction<T> cost, ToDoubleFunction<T> error) {
        int byCost = Double.compare(cost.applyAsDouble(one), cost.applyAsDouble(other));
        int byError = Double.compare(error.applyAsDouble(one), error.applyAsDouble(other));
        return byCost <= 0 && byError <= 0 && byCost + byError < 0;
    }
}
