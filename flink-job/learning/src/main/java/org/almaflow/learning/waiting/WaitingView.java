package org.almaflow.learning.waiting;

/**
 * What a waiting policy may look at.
 *
 * @param arrival index t of the newest arrival, from 1
 * @param bufferedChunks chunks since the last session, the newest one included
 * @param bufferedExamples examples in those chunks
 * @param sessions sessions opened so far
 */
public record WaitingView(
        long arrival, long bufferedChunks, long bufferedExamples, long sessions) {}
