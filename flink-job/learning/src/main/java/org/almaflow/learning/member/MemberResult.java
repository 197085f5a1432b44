package org.almaflow.learning.member;

import java.util.Optional;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.Score;

/**
 * What a member did for one arrival.
 *
 * @param trained whether it trained
 * @param session its last session, from 1; 0 while untrained
 * @param epochs epochs of all its sessions so far
 * @param cost of all its sessions so far
 * @param trainSeconds of all its sessions so far
 * @param holdout its predictor's score on the holdout
 * @param model the new model file, when it trained
 */
public record MemberResult(
        long arrival,
        boolean trained,
        long session,
        long epochs,
        Cost cost,
        double trainSeconds,
        Score holdout,
        NetworkSpec network,
        Optional<TrainedModel> model) {
    /**
     * A model file made at this arrival.
     *
     * @param validationAccuracy of its weights; NaN without validation examples
     */
    public record TrainedModel(ModelWriter.ModelRef file, double validationAccuracy) {}
}
