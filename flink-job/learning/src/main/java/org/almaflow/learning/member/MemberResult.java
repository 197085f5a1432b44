package org.almaflow.learning.member;

import java.util.Optional;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.session.Cost;
import org.almaflow.learning.session.PredictionSum;
import org.almaflow.learning.session.Score;

/**
 * What a member did for one arrival.
 *
 * @param trained whether it has a new model
 * @param session its last session, from 1; 0 while untrained
 * @param epochs epochs of all its sessions so far
 * @param cost of all its sessions so far
 * @param trainSeconds of all its sessions so far
 * @param holdout its own predictor's score on the holdout
 * @param parameters of all networks it deploys
 * @param predictions its predictions on the holdout, when they are new and the family predicts with
 *     several members
 * @param model the new model, when it trained
 * @param prediction of the arrival's chunk, before the member trained on it
 * @param predictionMacs forward multiply-accumulates of all such predictions so far; not in {@code
 *     cost}
 */
public record MemberResult(
        long arrival,
        boolean trained,
        long session,
        long epochs,
        Cost cost,
        double trainSeconds,
        Score holdout,
        long parameters,
        Optional<PredictionSum> predictions,
        Optional<TrainedModel> model,
        Prediction prediction,
        long predictionMacs) {
    /**
     * A model made at this arrival.
     *
     * @param index number of the network in its learner: the member's, or that of the session from
     *     0 where every session adds one
     * @param validationAccuracy of its weights; NaN without validation examples
     */
    public record TrainedModel(
            int index, NetworkSpec network, ModelWriter.ModelRef file, double validationAccuracy) {}
}
