package org.almaflow.observer.dashboard;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.almaflow.observer.Observation;
import org.almaflow.schemas.TopicException;
import org.apache.kafka.common.errors.WakeupException;

/** Topics of which a test says what they have, and whether their broker is there. */
final class TestingEventSource implements EventSource, EventSource.Opening {
    private final BlockingQueue<List<Observation>> events = new LinkedBlockingQueue<>();
    private volatile boolean there = true;
    private volatile RuntimeException failure;
    private volatile boolean woken;
    private final AtomicInteger opened = new AtomicInteger();

    @Override
    public EventSource open() {
        if (!there) {
            throw new TopicException("no Kafka broker answers at testing:9092", null);
        }
        opened.incrementAndGet();
        return this;
    }

    @Override
    public List<Observation> poll(Duration patience) {
        try {
            List<Observation> next = events.poll(1, TimeUnit.MILLISECONDS);
            if (failure != null) {
                RuntimeException once = failure;
                failure = null;
                throw once;
            }
            if (woken) {
                throw new WakeupException();
            }
            return next == null ? List.of() : next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    void give(List<Observation> some) {
        events.add(some);
    }

    void there(boolean is) {
        there = is;
    }

    void fail(RuntimeException once) {
        failure = once;
    }

    int opened() {
        return opened.get();
    }

    @Override
    public boolean reachable() {
        return there;
    }

    @Override
    public void wakeup() {
        woken = true;
    }

    @Override
    public void close() {}
}
