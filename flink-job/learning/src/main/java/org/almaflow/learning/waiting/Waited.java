package org.almaflow.learning.waiting;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What a learner has buffered and trained on so far, as far as a waiting policy looks at it.
 * Immutable; instants are those of a {@link WaitingView}.
 *
 * @param chunks buffered since the last session
 * @param examples in those chunks
 * @param sessions opened so far
 * @param trainedExamples examples of all sessions so far, each counted once
 * @param lastSessionArrival newest arrival when the last session was opened; 0 before the first
 * @param oldestAt when the oldest buffered chunk arrived; 0 when none is
 * @param lastSessionAt when the last session was opened; 0 before the first
 */
public record Waited(
        long chunks,
        long examples,
        long sessions,
        long trainedExamples,
        long lastSessionArrival,
        long oldestAt,
        long lastSessionAt) {
    /** Before the first arrival. */
    public static final Waited NOTHING = new Waited(0, 0, 0, 0, 0, 0, 0);

    /** With one more chunk, which arrived at {@code at}. */
    public Waited buffered(long chunkExamples, long at) {
        return new Waited(
                chunks + 1,
                examples + chunkExamples,
                sessions,
                trainedExamples,
                lastSessionArrival,
                chunks == 0 ? at : oldestAt,
                lastSessionAt);
    }

    /** With a session opened on all that is buffered. */
    public Waited trained(long arrival, long now) {
        return new Waited(0, 0, sessions + 1, trainedExamples + examples, arrival, 0, now);
    }

    /** What a policy may look at. */
    public WaitingView view(
            long arrival, long ofChunks, boolean timer, long now, Progress progress) {
        return new WaitingView(
                arrival,
                ofChunks,
                timer,
                chunks,
                examples,
                sessions,
                trainedExamples,
                lastSessionArrival,
                now,
                oldestAt,
                lastSessionAt,
                progress);
    }

    /** Writes what {@link #read} reads. */
    public void write(DataOutput out) throws IOException {
        out.writeLong(chunks);
        out.writeLong(examples);
        out.writeLong(sessions);
        out.writeLong(trainedExamples);
        out.writeLong(lastSessionArrival);
        out.writeLong(oldestAt);
        out.writeLong(lastSessionAt);
    }

    /** Reads what {@link #write} wrote. */
    public static Waited read(DataInput in) throws IOException {
        return new Waited(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong());
    }
}
