package org.almaflow.pipeline.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Work on files that a cancelled task does not wait for. Not every file system answers to an
 * interrupt; so another thread waits for it, and is left alone with it when the task is cancelled.
 * Nothing comes of work that ends later: files have deterministic names and contents.
 */
final class Abandonable {
    private Abandonable() {}

    /**
     * Does {@code work} and returns its result.
     *
     * @throws InterruptedIOException when this thread is interrupted; it stays so
     */
    static <T> T call(Callable<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, Thread.currentThread().getName() + " (files)");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException left = new InterruptedIOException("cancelled during file work");
            left.initCause(e);
            throw left;
        } catch (ExecutionException e) {
            throw rethrown(e);
        }
    }

    private static IOException rethrown(ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause);
    }
}
