package org.almaflow.pipeline;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.flink.streaming.api.TimerService;

/** Flink's processing time, in which timers fire. */
public final class ProcessingClock extends Clock {
    private final TimerService timers;

    public ProcessingClock(TimerService timers) {
        this.timers = timers;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(timers.currentProcessingTime());
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
