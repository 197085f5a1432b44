package org.almaflow.local;

import java.util.function.Supplier;

/** Asks a run to stop, from another thread. */
final class StopSignal {
    private boolean requested;
    private Thread waiting;

    /** Asks; interrupts what is done {@link #interruptibly}. */
    synchronized void request() {
        requested = true;
        if (waiting != null) {
            waiting.interrupt();
        }
    }

    synchronized boolean requested() {
        return requested;
    }

    /**
     * Does something long that an interrupt may end.
     *
     * @throws StoppedException when a stop was requested before or meanwhile
     */
    <T> T interruptibly(Supplier<T> work) {
        enter();
        try {
            T result = work.get();
            leave();
            return result;
        } catch (RuntimeException e) {
            boolean stopped = leave();
            throw stopped ? new StoppedException(e) : e;
        }
    }

    private synchronized void enter() {
        if (requested) {
            throw new StoppedException(null);
        }
        waiting = Thread.currentThread();
    }

    /** Returns whether a stop was requested; the interrupt that came with it is consumed. */
    private synchronized boolean leave() {
        waiting = null;
        return requested && (Thread.interrupted() || requested);
    }

    /** The user asked to stop. */
    static final class StoppedException extends RuntimeException {
        StoppedException(Throwable cause) {
            super("stopped", cause);
        }
    }
}
