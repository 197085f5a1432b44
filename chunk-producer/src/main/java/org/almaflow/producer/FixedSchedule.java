package org.almaflow.producer;

import java.time.Duration;

/** Chunk t comes (t - 1) intervals after the start. */
record FixedSchedule(Duration interval) implements ArrivalSchedule {

    FixedSchedule {
        if (interval.isNegative()) {
            throw new ProduceException(
                    "interval " + interval + " is negative; give a duration of zero or more");
        }
    }

    @Override
    public Duration offset(long chunk) {
        return interval.multipliedBy(chunk - 1);
    }
}
