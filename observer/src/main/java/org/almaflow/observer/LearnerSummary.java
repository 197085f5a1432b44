package org.almaflow.observer;

import java.util.Map;
import java.util.TreeMap;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;

/**
 * Final figures of one learner, as {@code summary.json} lists them; the component names are its
 * keys. Errors are shares in [0, 1], or nats per token where the measure is cross-entropy; times
 * are seconds. NaN stands for what is not known, such as any error of a stream without a holdout.
 *
 * @param arrivals arrivals evaluated
 * @param finalError error after the last of them
 * @param cer sum of the errors over arrivals 1, 2, …
 * @param untrainedError error of the untrained predictor, which no sum counts
 * @param peakMemoryBytes most that one member has held in one session
 * @param wallSeconds from the first arrival until the last predictor was available
 * @param measure what the errors are
 * @param finalPerplexity exp of the last cross-entropy; 0 where that is not the measure
 * @param settings what the learner was set to, by key; empty when not recorded
 */
public record LearnerSummary(
        String id,
        String family,
        String waiting,
        long seed,
        long arrivals,
        double finalError,
        double cer,
        double cerPerArrival,
        double untrainedError,
        long cumulativeParameters,
        long trainForwardMacs,
        long totalMacs,
        long sessions,
        long epochs,
        long examplesTrained,
        double trainSeconds,
        long peakMemoryBytes,
        double wallSeconds,
        Measure measure,
        double finalPerplexity,
        Map<String, String> settings) {
    static LearnerSummary of(LearnerLedger learner, EvaluationEvent last) {
        long arrivals = learner.arrivals();
        double cer = learner.cumulativeError();
        return new LearnerSummary(
                learner.id(),
                last.getFamily(),
                last.getWaiting(),
                last.getSeed(),
                arrivals,
                last.getError(),
                cer,
                arrivals == 0 ? Double.NaN : cer / arrivals,
                learner.untrained().map(EvaluationEvent::getError).orElse(Double.NaN),
                learner.cumulativeParameters(),
                last.getTrainForwardMacs(),
                last.getTotalMacs(),
                last.getSessions(),
                last.getEpochs(),
                last.getExamplesTrained(),
                last.getTrainSeconds(),
                learner.peakMemoryBytes(),
                learner.wallTime().toNanos() / 1e9,
                last.getMeasure(),
                last.getPerplexity(),
                new TreeMap<>(last.getSettings()));
    }
}
