package org.almaflow.producer;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A Poisson process: gaps between chunks are exponentially distributed. Chunk 1 comes at once.
 *
 * <p>The offset of chunk t is a sum over t - 1 gaps, drawn in order from the seed. The last sum is
 * remembered, so that asking for chunk after chunk takes constant time each.
 */
final class PoissonSchedule implements ArrivalSchedule {

    private final double meanSeconds;
    private final SplittableRandom random;
    private double[] seconds = {0};
    private int known = 1;

    PoissonSchedule(Duration mean, long seed) {
        if (mean.isNegative()) {
            throw new ProduceException(
                    "mean interval " + mean + " is negative; give a duration of zero or more");
        }
        this.meanSeconds = mean.toNanos() / 1e9;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public synchronized Duration offset(long chunk) {
        int index = Math.toIntExact(chunk - 1);
        if (index >= seconds.length) {
            seconds = Arrays.copyOf(seconds, Math.max(index + 1, seconds.length * 2));
        }
        for (; known <= index; known++) {
            seconds[known] = seconds[known - 1] - meanSeconds * Math.log1p(-random.nextDouble());
        }
        return Duration.ofNanos(Math.round(seconds[index] * 1e9));
    }
}
