package org.almaflow.producer;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** Told what the producer does, by its thread, in order. */
public interface ProgressListener {

    /**
     * A progress bar with rate and remaining time when the stream goes to a terminal, and a line a
     * chunk when not. Does not close the stream.
     */
    static ProgressListener to(PrintStream out, boolean terminal) {
        return terminal ? new ProgressOnTerminal(out) : new ProgressInLines(out);
    }

    /** A listener that does nothing. */
    ProgressListener NONE = new ProgressListener() {};

    /**
     * Before the first slice.
     *
     * @param stream name of the stream
     * @param next first chunk to publish; 0 is the holdout; more when the topic held the ones
     *     before
     * @param chunks number of chunks the stream will have; 0 when it has no end
     */
    default void started(String stream, long next, long chunks) {}

    /** A chunk is stored by the broker. */
    default void published(PublishedChunk chunk) {}

    /** No more will come: everything is published, or the producer was stopped or failed. */
    default void ended() {}

    /**
     * A chunk that is stored by the broker.
     *
     * @param chunk its index; 0 is the holdout
     * @param chunks number of chunks the stream will have; 0 when it has no end
     * @param slices number of its slices
     * @param examples number of its examples
     * @param bytes of its encoded slices, before compression
     * @param nextIn time until the next chunk comes; empty after the last
     */
    record PublishedChunk(
            long chunk,
            long chunks,
            int slices,
            int examples,
            long bytes,
            Optional<Duration> nextIn) {}
}
