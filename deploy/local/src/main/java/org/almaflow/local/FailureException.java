package org.almaflow.local;

/** Something failed that the user did ask for rightly; the message is one sentence. */
public final class FailureException extends RuntimeException {
    public FailureException(String message) {
        super(message);
    }

    public FailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
