package org.almaflow.producer;

import java.time.Duration;

/** No waiting between chunks. */
record UnpacedSchedule() implements ArrivalSchedule {

    @Override
    public Duration offset(long chunk) {
        return Duration.ZERO;
    }
}
