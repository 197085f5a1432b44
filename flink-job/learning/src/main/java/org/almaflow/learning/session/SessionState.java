package org.almaflow.learning.session;

import org.almaflow.learning.engine.OptimizerState;
import org.almaflow.learning.network.Tensors;

/**
 * Everything a session needs to go on where it was, bit for bit on the same backend. Stored by
 * {@link StateCodec}.
 *
 * @param epoch epochs finished
 * @param position next row of the epoch's order
 * @param sinceBest epochs since the best one
 * @param best best weights so far; null before the first epoch's end
 * @param lossSum training loss summed over this epoch so far
 * @param validating validation in progress, from example {@code validated}
 * @param last score of the last finished validation
 */
public record SessionState(
        int epoch,
        int position,
        int sinceBest,
        double bestAccuracy,
        Tensors best,
        double lossSum,
        double trainLoss,
        boolean inValidation,
        int validated,
        Score validating,
        Score last,
        Cost cost,
        long nanos,
        Tensors weights,
        OptimizerState optimizer) {}
