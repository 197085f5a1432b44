package org.almaflow.pipeline.restore;

/** A savepoint or checkpoint that cannot be started from; the message is for the user. */
public final class SavepointException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SavepointException(String message, Throwable cause) {
        super(message, cause);
    }
}
