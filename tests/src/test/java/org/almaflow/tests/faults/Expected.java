package org.almaflow.tests.faults;

import java.util.List;
import java.util.Map;

/**
 * What a run publishes, without what depends on time and place.
 *
 * @param outcomes of each learner, in order of arrivals
 * @param sessions of each member, such as {@code ens/1}, in order
 */
record Expected(Map<String, List<Outcome>> outcomes, Map<String, List<Step>> sessions) {
    /**
     * An evaluation, and the snapshot that came with it.
     *
     * @param prequentialError of the arrival's chunk; NaN for the holdout
     * @param models SHA-256 of the snapshot's files; empty when there is none
     * @param lineage indices of the chunks that were new in the snapshot's session
     */
    record Outcome(
            long arrival,
            boolean trained,
            long snapshotVersion,
            double error,
            double loss,
            double cumulativeError,
            long parameters,
            long epochs,
            long examplesTrained,
            long trainForwardMacs,
            long totalMacs,
            double prequentialError,
            List<String> models,
            List<Long> lineage) {}

    /** A session event. */
    record Step(
            long session,
            String phase,
            int epoch,
            double trainLoss,
            double validationLoss,
            double validationAccuracy,
            long examplesTrained) {}
}
