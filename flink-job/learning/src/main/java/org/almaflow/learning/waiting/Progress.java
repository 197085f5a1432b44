package org.almaflow.learning.waiting;

import java.util.List;

/**
 * What a learner has learned so far, as feedback for a policy: the newest 100 of each list at most,
 * oldest first, so that the state stays flat on an endless stream.
 *
 * @param sessions that have ended
 * @param arrivals each predicted by the predictor deployed before it was trained on; the newest
 *     arrival is there before the policy is asked about it
 * @param totalMacs of all sessions so far, those that have left the list among them
 */
public record Progress(List<Trained> sessions, List<Prequential> arrivals, long totalMacs) {
    /** How many of each list are kept. */
    public static final int KEPT = 100;

    /** Before anything happened, and for policies that need no feedback. */
    public static final Progress NONE = new Progress(List.of(), List.of(), 0);

    public Progress {
        sessions = List.copyOf(sessions);
        arrivals = List.copyOf(arrivals);
    }

    /**
     * A session that has ended; costs are sums over the learner's members.
     *
     * @param session index from 1
     * @param arrival at which it was opened
     * @param examples it trained and validated on, replayed ones among them
     * @param distinctExamplesSoFar different examples of all sessions up to this one
     * @param validationAccuracy of the weights it left, mean over members; NaN without validation
     * @param totalMacs of this session: forward, backward, validation and growth
     * @param trainForwardMacs of this session
     * @param seconds spent in its steps
     */
    public record Trained(
            long session,
            long arrival,
            long examples,
            long distinctExamplesSoFar,
            double validationAccuracy,
            long totalMacs,
            long trainForwardMacs,
            double seconds) {}

    /**
     * How well a chunk was predicted before it was trained on.
     *
     * @param arrival index of the chunk
     * @param examples in it
     * @param error share of them that was misclassified
     * @param loss mean cross-entropy, nats
     * @param snapshotVersion version of the model that predicted; 0: the untrained one
     */
    public record Prequential(
            long arrival, long examples, double error, double loss, long snapshotVersion) {}
}
