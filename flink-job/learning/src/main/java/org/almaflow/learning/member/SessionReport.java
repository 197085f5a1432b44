package org.almaflow.learning.member;

import java.util.List;
import org.almaflow.learning.session.Cost;

/**
 * State of a session at its opening, after an epoch, or at its end. Counts run from the session's
 * opening.
 *
 * @param reason why it was opened or ended; empty after an epoch
 * @param chunks indices of the chunks that are new
 * @param trainLoss mean over the last epoch's mini-batches, nats; NaN before the first
 * @param validationAccuracy NaN before the first epoch, or without validation examples
 * @param seconds time spent in this session's steps
 * @param peakMemoryBytes most bytes that its networks, optimiser, weights to go back to, example
 *     sets and mini-batches have held, device and heap together, since the member was made or
 *     restored; the holdout is not the session's
 */
public record SessionReport(
        Phase phase,
        long session,
        long arrival,
        String reason,
        List<Long> chunks,
        long trainExamples,
        long validationExamples,
        int epoch,
        int maxEpochs,
        double trainLoss,
        double validationLoss,
        double validationAccuracy,
        double bestValidationAccuracy,
        Cost cost,
        double seconds,
        long peakMemoryBytes) {
    /** Where in its life the session is. */
    public enum Phase {
        OPENED,
        EPOCH,
        CLOSED
    }
}
