package org.almaflow.learning.waiting;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.waiting.Progress.Trained;

/**
 * Trains as often as a budget of total MACs per arriving example allows: when what all sessions
 * have cost and what the next one is expected to cost is within {@code macsPerExample} × examples
 * arrived. The first session is opened at once, since nothing is known of its cost; if it costs
 * more than has been earned, the next one waits until that is paid back.
 *
 * <p>The next session is expected to cost per example what the last one did, on the buffered
 * examples and as many replayed ones as the last one had.
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
        double next = expected(view);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("earned_macs", earned);
        figures.put("spent_macs", spent);
        figures.put("expected_macs", next);
        return new Decision(
                spent + next <= earned,
                "%s MACs spent, %s expected, %s earned"
                        .formatted(
                                Numbers.brief(spent), Numbers.brief(next), Numbers.brief(earned)),
                figures);
    }

    private static double expected(WaitingView view) {
        List<Trained> sessions = view.progress().sessions();
        if (sessions.isEmpty()) {
            return 0;
        }
        Trained last = sessions.get(sessions.size() - 1);
        long before =
                sessions.size() > 1 ? sessions.get(sessions.size() - 2).distinctExamplesSoFar() : 0;
        long replayed = Math.max(0, last.examples() - (last.distinctExamplesSoFar() - before));
        double perExample = last.totalMacs() / (double) Math.max(1, last.examples());
        return perExample * (view.bufferedExamples() + replayed);
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
