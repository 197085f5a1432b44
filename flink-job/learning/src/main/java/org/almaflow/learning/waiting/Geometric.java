package org.almaflow.learning.waiting;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Trains when the buffer has made the data {@code growth} times what has been trained on, so that
 * every session costs its learner a like share of all it has seen; the first session at once.
 */
public record Geometric(double growth) implements WaitingPolicy {
    public Geometric {
        Require.above(1, growth);
    }

    @Override
    public Decision choose(WaitingView view) {
        double needed = (growth - 1) * view.trainedExamples();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("buffered_examples", (double) view.bufferedExamples());
        figures.put("trained_examples", (double) view.trainedExamples());
        return new Decision(
                view.bufferedExamples() >= needed,
                "%d examples buffered; %s times the %d trained on needs %d"
                        .formatted(
                                view.bufferedExamples(),
                                Numbers.text(growth),
                                view.trainedExamples(),
                                (long) Math.ceil(needed)),
                figures);
    }

    @Override
    public String describe() {
        return "geometric: " + Numbers.text(growth);
    }
}
