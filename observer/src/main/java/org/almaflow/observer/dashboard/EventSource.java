package org.almaflow.observer.dashboard;

import java.time.Duration;
import java.util.List;
import org.almaflow.observer.Observation;

/** Where a {@link Feed} reads: the metric topics, or what a test puts in their place. */
interface EventSource extends AutoCloseable {
    /** Opens one, from the beginning of the topics. */
    interface Opening {
        /**
         * Connects.
         *
         * @throws org.almaflow.schemas.TopicException with one sentence when the broker or a topic
         *     is not there
         */
        EventSource open();
    }

    /** What has come; waits so long for something. */
    List<Observation> poll(Duration patience);

    /** Whether a broker answers now. */
    boolean reachable();

    /** Ends a {@link #poll} from another thread, which then throws. */
    void wakeup();

    @Override
    void close();
}
