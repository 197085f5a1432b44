package org.almaflow.pipeline;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** Flink's processing time, in which timers fire. */
public final class ProcessingClock extends Clock {
    private final LongSupplier now;

    public ProcessingClock(LongSupplier now) {
        this.now = now;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now.getAsLong());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("processing time has no zone");
    }
}
