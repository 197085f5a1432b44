package org.almaflow.observer.dashboard;

import java.time.Instant;

/**
 * How the dashboard stands with Kafka.
 *
 * @param message one sentence for a person
 * @param since when it began
 */
record FeedStatus(State state, String message, Instant since) {
    /** Where it stands. */
    enum State {
        /** No broker or no topics yet. */
        CONNECTING,
        /** What the topics have from before is being read. */
        READING,
        /** Everything committed so far was read. */
        LIVE,
        /** The broker was there, and is gone. */
        LOST
    }
}
