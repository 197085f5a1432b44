package org.almaflow.observer.report;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/**
 * Learners that differ in their seed only.
 *
 * @param label unique in a report
 * @param series what the learners have in common but for how long they wait: groups of one series
 *     make one line of CER over w
 */
public record LearnerGroup(String label, String series, List<LearnerRun> learners) {
    public LearnerGroup {
        learners = List.copyOf(learners);
    }

    /** Any of them: they share family, waiting policy and settings. */
    public LearnerRun first() {
        return learners.get(0);
    }

    public String family() {
        return first().family();
    }

    public String waiting() {
        return first().waiting();
    }

    /** See {@link LearnerRun#fixedWait}. */
    public OptionalLong fixedWait() {
        return first().fixedWait();
    }

    /** Mean and deviation of one figure over the learners. */
    public Spread over(ToDoubleFunction<LearnerRun> figure) {
        return Spread.of(learners.stream().mapToDouble(figure).toArray());
    }

    public Spread cer() {
        return over(LearnerRun::cer);
    }

    public Spread finalError() {
        return over(learner -> learner.last().error());
    }

    /** Of learners that are measured by cross-entropy. */
    public Spread finalPerplexity() {
        return over(learner -> Math.exp(learner.last().error()));
    }

    public Spread totalMacs() {
        return over(learner -> learner.last().totalMacs());
    }
}
