package org.almaflow.producer;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A Poisson process: gaps between chunks are exponentially distributed. Chunk 1 comes at once.
 *
 * <p>The offset of chunk t is a sum over t - 1 gaps, drawn in order from the seed. The last sum is
 * remembered, so that asking for chunk after chunk takes constant time each.
 */
final class PoissonSchedule implements ArrivalSchedule {

    private final double meanSeconds;
    private final long seed;

    private SplittableRandom random;
    private long chunk;
    private double seconds;

    PoissonSchedule(Duration mean, long seed) {
        if (mean.isNegative()) {
            throw new ProduceException(
                    "mean interval " + mean + " is negative; give a duration of zero or more");
        }
        this.meanSeconds = mean.toNanos() / 1e9;
        this.seed = seed;
        restart();
    }

    @Override
    public synchronized Duration offset(long wanted) {
        if (wanted < chunk) {
            restart();
        }
        for (; chunk < wanted; chunk++) {
            seconds -= meanSeconds * Math.log1p(-random.nextDouble());
        }
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private void restart() {
        random = new SplittableRandom(seed);
        chunk = 1;
        seconds = 0;
    }
}
