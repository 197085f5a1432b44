package org.almaflow.local;

/** Time between two questions to a cluster. */
final class Pause {
    private Pause() {}

    /**
     * Waits.
     *
     * @param doing what the command does meanwhile, for who interrupts it
     */
    static void of(long millis, String doing) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailureException("interrupted while " + doing, e);
        }
    }
}
