package org.almaflow.pipeline.member;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who may train now, of all Train subtasks of a run in this JVM: first come, first served, so many
 * at once. Nobody blocks: a subtask asks, goes on with other mails, and is called when it is its
 * turn. Whoever trains waits for nobody, so that every turn comes. Used by any thread.
 */
final class TrainingQueue {
    private static final Map<String, TrainingQueue> OF_RUNS = new HashMap<>();

    private final String run;
    private final int limit;
    private final Deque<Ticket> waiting = new ArrayDeque<>();
    private int training;
    private int users;

    private TrainingQueue(String run, int limit) {
        this.run = run;
        this.limit = limit;
    }

    /**
     * The queue of a run; every user calls {@link #leave} once.
     *
     * @param limit how many may train at once; the first user's counts
     */
    static TrainingQueue join(String run, int limit) {
        synchronized (OF_RUNS) {
            TrainingQueue queue = OF_RUNS.computeIfAbsent(run, id -> new TrainingQueue(id, limit));
            queue.users++;
            return queue;
        }
    }

    /** The user has closed its tickets and asks no more. */
    void leave() {
        synchronized (OF_RUNS) {
            users--;
            if (users == 0) {
                OF_RUNS.remove(run);
            }
        }
    }

    /** How many wait for their turn. */
    synchronized int waiting() {
        return waiting.size();
    }

    /**
     * Queues for a turn.
     *
     * @param turn called once when the turn comes, by this or another thread; not after {@link
     *     Ticket#close}, except when that comes at the same time
     */
    Ticket ask(Runnable turn) {
        Ticket ticket = new Ticket(turn);
        synchronized (this) {
            waiting.add(ticket);
        }
        callNext();
        return ticket;
    }

    private void callNext() {
        List<Ticket> called = new ArrayList<>();
        synchronized (this) {
            while (training < limit && !waiting.isEmpty()) {
                Ticket next = waiting.remove();
                next.calledAt = System.nanoTime();
                next.called = true;
                training++;
                called.add(next);
            }
        }
        called.forEach(ticket -> ticket.turn.run());
    }

    /** A place in the queue, then the right to train; its owner closes it. */
    final class Ticket implements AutoCloseable {
        private final Runnable turn;
        private final long askedAt = System.nanoTime();
        private volatile long calledAt;
        private volatile boolean called;
        private boolean closed;

        private Ticket(Runnable turn) {
            this.turn = turn;
        }

        /** Whether its owner may train. */
        boolean called() {
            return called;
        }

        /** How long it waited, or has waited so far. */
        double seconds() {
            return ((called ? calledAt : System.nanoTime()) - askedAt) / 1e9;
        }

        /** Gives up the place or the turn; again: nothing happens. */
        @Override
        public void close() {
            synchronized (TrainingQueue.this) {
                if (closed) {
                    return;
                }
                closed = true;
                if (called) {
                    training--;
                } else {
                    waiting.remove(this);
                }
            }
            callNext();
        }
    }
}
