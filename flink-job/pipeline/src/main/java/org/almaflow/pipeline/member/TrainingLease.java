package org.almaflow.pipeline.member;

import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * Leave to train, which a timer renews. When a job is stopped with a savepoint, Flink silences the
 * timers of an operator and then waits until it has no mail left, before it lets the savepoint
 * pass: without this, training would go on to its end. A lease that has run out because the task
 * was busy is renewed by the timer that is due, which also says so.
 */
final class TrainingLease {
    private static final long RENEWAL_MILLIS = 50;
    private static final long LENGTH_MILLIS = 200;

    private final ProcessingTimeService time;
    private final Runnable renewed;
    private long until;

    /**
     * @param renewed called in the task's thread after each renewal
     */
    TrainingLease(ProcessingTimeService time, Runnable renewed) {
        this.time = time;
        this.renewed = renewed;
    }

    /** Takes the lease and renews it from now on. */
    void renew() {
        long now = time.getCurrentProcessingTime();
        until = now + LENGTH_MILLIS;
        var unused = time.registerTimer(now + RENEWAL_MILLIS, due -> renewAndTell());
    }

    private void renewAndTell() {
        renew();
        renewed.run();
    }

    boolean valid() {
        return time.getCurrentProcessingTime() < until;
    }
}
