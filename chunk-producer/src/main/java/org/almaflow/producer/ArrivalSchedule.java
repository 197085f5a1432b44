package org.almaflow.producer;

import java.nio.file.Path;
import java.time.Duration;

/**
 * When chunks are published: a pure function from the chunk's index to the time since the stream's
 * start.
 */
public sealed interface ArrivalSchedule
        permits FixedSchedule, PoissonSchedule, Timetable, UnpacedSchedule {

    /** One chunk after the other, the first at once. */
    static ArrivalSchedule fixed(Duration interval) {
        return new FixedSchedule(interval);
    }

    /** Exponentially distributed gaps, the first chunk at once; the same gaps for the same seed. */
    static ArrivalSchedule poisson(Duration meanInterval, long seed) {
        return new PoissonSchedule(meanInterval, seed);
    }

    /** Every chunk as soon as the one before is acknowledged. */
    static ArrivalSchedule asFastAsPossible() {
        return new UnpacedSchedule();
    }

    /**
     * The times in a CSV file; see {@link Timetable}.
     *
     * @throws ProduceException when the file is no timetable
     */
    static ArrivalSchedule timetable(Path file) {
        return Timetable.read(file);
    }

    /**
     * Time from the stream's start to chunk t = 1, 2, ...; never less than that of the chunk
     * before.
     *
     * @throws IllegalArgumentException when the schedule has no such chunk
     */
    Duration offset(long chunk);

    /**
     * Checks that every chunk has its time.
     *
     * @param chunks number of chunks; 0 when the stream has no end
     * @throws ProduceException when it has not
     */
    default void check(long chunks) {}
}
