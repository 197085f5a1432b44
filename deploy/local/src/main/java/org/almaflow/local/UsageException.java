package org.almaflow.local;

/** What the user asked for cannot be done as asked; the message is one sentence with the remedy. */
public final class UsageException extends RuntimeException {
    public UsageException(String message) {
        super(message);
    }

    public UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
