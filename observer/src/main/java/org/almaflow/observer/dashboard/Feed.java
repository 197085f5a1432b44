package org.almaflow.observer.dashboard;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.almaflow.observer.Observation;
import org.almaflow.observer.dashboard.FeedStatus.State;
import org.almaflow.schemas.TopicException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds a {@link Board} on a thread of its own, and tells it whether the broker is there: one that
 * is not there yet is asked for again and again, and one that goes is waited for. Closing it ends
 * the thread.
 */
final class Feed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration END = Duration.ofSeconds(10);

    private final String broker;
    private final EventSource.Opening opening;
    private final Board board;
    private final Consumer<String> news;
    private final Duration pause;
    private final LongSupplier nanoTime;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "alma-dashboard-feed");
    private volatile EventSource open;
    private long askedAt;

    /**
     * A feed that waits to be started.
     *
     * @param broker its address, for people
     * @param news is told when the broker is found, goes or comes back
     * @param pause between two tries to connect, and between two questions to a silent broker
     * @param nanoTime clock that these pauses go by
     */
    Feed(
            String broker,
            EventSource.Opening opening,
            Board board,
            Consumer<String> news,
            Duration pause,
            LongSupplier nanoTime) {
        this.broker = broker;
        this.opening = opening;
        this.board = board;
        this.news = news;
        this.pause = pause;
        this.nanoTime = nanoTime;
    }

    /** Begins; once. */
    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!isClosing()) {
            try (EventSource source = opening.open()) {
                open = source;
                board.clear();
                tell(State.READING, "reading what " + broker + " has from before");
                follow(source);
            } catch (WakeupException e) {
                LOG.debug("The feed is closed");
            } catch (TopicException e) {
                tell(
                        open == null ? State.CONNECTING : State.LOST,
                        e.getMessage() + "; trying again");
            } catch (RuntimeException e) {
                LOG.warn("The topics cannot be read any more", e);
                tell(
                        State.LOST,
                        "the topics at %s cannot be read (%s); trying again"
                                .formatted(broker, e.getMessage()));
            }
            rest();
        }
    }

    private void follow(EventSource source) {
        askedAt = nanoTime.getAsLong();
        while (!isClosing()) {
            List<Observation> seen = source.poll(POLL);
            seen.forEach(board::take);
            if (!seen.isEmpty()) {
                askedAt = nanoTime.getAsLong();
                if (board.status().state() == State.LOST) {
                    live();
                }
            } else if (board.status().state() == State.READING) {
                live();
            } else if (nanoTime.getAsLong() - askedAt >= pause.toNanos()) {
                ask(source);
                askedAt = nanoTime.getAsLong();
            }
        }
    }

    /** A consumer does not say that its broker is gone: it is silent, as it is without events. */
    private void ask(EventSource source) {
        if (source.reachable()) {
            live();
        } else if (!isClosing()) {
            tell(
                    State.LOST,
                    "no Kafka broker answers at %s; shown is what was known then, and it goes on by itself when the broker is back"
                            .formatted(broker));
        }
    }

    private void live() {
        tell(State.LIVE, "connected to " + broker);
    }

    private void tell(State state, String message) {
        boolean other = board.status().state() != state || state == State.CONNECTING;
        if (board.status(state, message) && other && state != State.READING) {
            news.accept(message);
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void rest() {
        try {
            boolean unused = closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        EventSource source = open;
        if (source != null) {
            source.wakeup();
        }
        try {
            thread.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
