package org.almaflow.learning.waiting;

import java.util.OptionalLong;

/**
 * What a waiting policy may look at. Instants are milliseconds since 1970 on the clock that the
 * policy's {@link WaitingPolicy#time} names, and 0 when there is none.
 *
 * @param arrival index t of the newest arrival, from 1
 * @param chunks number B of chunks of the stream; 0: it has no end
 * @param timer asked by a timer and not by an arrival
 * @param bufferedChunks chunks since the last session, the newest one included
 * @param bufferedExamples examples in those chunks
 * @param sessions sessions opened so far
 * @param trainedExamples examples of all sessions so far, each counted once
 * @param lastSessionArrival arrival at which the last session was opened; 0 before the first
 * @param now when the policy is asked
 * @param oldestBufferedAt when the oldest buffered chunk arrived
 * @param lastSessionAt when the last session was opened
 * @param progress {@link Progress#NONE} for policies that need no feedback
 */
public record WaitingView(
        long arrival,
        long chunks,
        boolean timer,
        long bufferedChunks,
        long bufferedExamples,
        long sessions,
        long trainedExamples,
        long lastSessionArrival,
        long now,
        long oldestBufferedAt,
        long lastSessionAt,
        Progress progress) {
    /**
     * When {@code policy}, having held, wants to be asked again although nothing arrives. At no
     * time after the last arrival: no evaluation could show what a session then brought.
     */
    public OptionalLong wakeAt(WaitingPolicy policy) {
        boolean last = chunks > 0 && arrival >= chunks;
        OptionalLong at = last ? OptionalLong.empty() : policy.wakeAt(this);
        return at.isPresent() && at.getAsLong() > now ? at : OptionalLong.empty();
    }
}
