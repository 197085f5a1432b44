package org.almaflow.observer.dashboard;

/** A request that cannot be answered as it is; the message is one sentence with the remedy. */
final class RefusedException extends RuntimeException {
    private final int status;

    /**
     * A refusal.
     *
     * @param status of HTTP
     */
    RefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    Reply reply() {
        return Reply.error(status, getMessage());
    }
}
