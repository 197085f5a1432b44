package org.almaflow.observer.report;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.almaflow.schemas.Measure;

/**
 * Everything that a report shows, before it is drawn.
 *
 * @param groups learners that differ in their seed only, in the order in which they came
 * @param missing sentences on what the runs lack
 */
public record ReportModel(List<ReportRun> runs, List<LearnerGroup> groups, List<String> missing) {
    /**
     * Of these runs.
     *
     * @throws ReportException when no learner of them was evaluated
     */
    public static ReportModel of(List<ReportRun> runs) {
        if (runs.stream().allMatch(run -> run.learners().isEmpty())) {
            throw new ReportException(
                    "%s has no evaluation yet; make a report after the first arrival"
                            .formatted(runs.isEmpty() ? "nothing" : runs.get(0).source()));
        }
        return new ReportModel(
                List.copyOf(runs),
                LearnerGroups.of(runs),
                runs.stream().flatMap(run -> run.missing().stream()).toList());
    }

    /** How its figures are called; where learners are measured differently, errors. */
    Wording wording() {
        boolean text = learners().stream().allMatch(l -> l.measure() == Measure.CROSS_ENTROPY);
        return new Wording(text ? Measure.CROSS_ENTROPY : Measure.ERROR);
    }

    /** Every learner of every run. */
    public List<LearnerRun> learners() {
        return runs.stream().flatMap(run -> run.learners().stream()).toList();
    }

    /** The wall-clock error of a learner until the end of its run. */
    public AnytimeError anytime(LearnerRun learner) {
        return AnytimeError.of(learner, byId().get(learner.run()).end());
    }

    private Map<String, ReportRun> byId() {
        return runs.stream()
                .collect(Collectors.toMap(ReportRun::id, Function.identity(), (a, b) -> a));
    }

    /** The groups that no other beats in both compute and final error. */
    public List<LearnerGroup> errorFront() {
        return ParetoFront.of(groups, g -> g.totalMacs().mean(), g -> g.finalError().mean());
    }

    /** The groups that no other beats in both compute and CER. */
    public List<LearnerGroup> cerFront() {
        return ParetoFront.of(groups, g -> g.totalMacs().mean(), g -> g.cer().mean());
    }
}
