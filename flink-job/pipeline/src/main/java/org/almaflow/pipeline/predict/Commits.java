package org.almaflow.pipeline.predict;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Commits answered bundles one after another in a thread of its own, so that the next one is
 * gathered meanwhile. Used by the task's thread; its owner closes it, and the transactions after
 * it.
 */
final class Commits implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final AnswerTransactions transactions;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread made = new Thread(task, "alma-predict-commit");
                        made.setDaemon(true);
                        return made;
                    });
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    Commits(AnswerTransactions transactions) {
        this.transactions = transactions;
    }

    /** Whether the last bundle is committed, or failed: {@link #await} says which. */
    boolean isIdle() {
        return last.isDone();
    }

    /**
     * Waits until the last bundle is committed.
     *
     * @throws ExecutionException when it is not, or nobody knows; then no other must be begun
     */
    void await() throws ExecutionException, InterruptedException {
        last.get();
    }

    /**
     * Begins to commit a bundle; only when idle.
     *
     * @param ended called in the other thread when it is committed or has failed
     */
    void begin(RequestBundle.Answered bundle, Runnable ended) {
        if (!isIdle() || last.isCompletedExceptionally()) {
            throw new IllegalStateException("a bundle is not committed yet");
        }
        last =
                CompletableFuture.runAsync(
                        () -> transactions.commit(bundle.records(), bundle.next()), thread);
        var unused = last.whenComplete((done, failure) -> ended.run());
    }

    /** Waits for the commit under way, not for long; an interrupt ends the wait and stays set. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            var unused = thread.awaitTermination(CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
