package org.almaflow.producer;

import java.time.Duration;

/** Time as the producer needs it. */
interface Pacer {

    /** Monotonic time from an arbitrary origin. */
    Duration now();

    /** Waits until {@link #now()} is {@code moment} or later. */
    void waitUntil(Duration moment) throws InterruptedException;

    /** The time of this machine. */
    static Pacer system() {
        return new Pacer() {
            @Override
            public Duration now() {
                return Duration.ofNanos(System.nanoTime());
            }

            @Override
            public void waitUntil(Duration moment) throws InterruptedException {
                Duration left = moment.minus(now());
                while (left.compareTo(Duration.ZERO) > 0) {
                    Thread.sleep(left.toMillis() + 1);
                    left = moment.minus(now());
                }
            }
        };
    }
}
