package org.almaflow.local;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets Ctrl-C (and any other ordinary end of the JVM) stop a run cleanly: the JVM goes only when
 * the run has put its things in order, or after a while. Its exit status is then the signal's, 130
 * for Ctrl-C.
 */
final class StopOnSignal {
    private static final long PATIENCE_SECONDS = 40;

    private StopOnSignal() {}

    static <T> T whileRunning(StopSignal signal, Supplier<T> run) {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(signal, done), "alma-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return run.get();
        } finally {
            done.countDown();
            forget(hook);
        }
    }

    private static void stop(StopSignal signal, CountDownLatch done) {
        signal.request();
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("alma: gave up waiting for a clean end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is going down: the hook is running, and this is what it waits for.
        }
    }
}
