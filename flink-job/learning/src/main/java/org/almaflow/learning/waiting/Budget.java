package org.almaflow.learning.waiting;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Trains as often as a budget of total MACs per arriving example allows: when what all sessions so
 * far have cost is within {@code macsPerExample} × examples arrived. A session trains on all that
 * is buffered, so it may overdraw; the next one waits until that is paid back. A learner that costs
 * c MACs an example is greedy while c is within the budget b, and else multiplies its data by c / b
 * each time, as {@link Geometric} does.
 */
public record Budget(long macsPerExample) implements WaitingPolicy {
    public Budget {
        Require.atLeastOne(macsPerExample);
    }

    @Override
    public Decision choose(WaitingView view) {
        double earned =
                (double) macsPerExample * (view.trainedExamples() + view.bufferedExamples());
        double spent = view.progress().totalMacs();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("earned_macs", earned);
        figures.put("spent_macs", spent);
        return new Decision(
                spent <= earned,
                "%s MACs spent, %s earned".formatted(Numbers.brief(spent), Numbers.brief(earned)),
                figures);
    }

    @Override
    public boolean needsFeedback() {
        return true;
    }

    @Override
    public String describe() {
        return "budget: " + macsPerExample;
    }
}
