package org.almaflow.schemas;

/**
 * A broker or topic that is not as the program needs it; the message is one sentence with the
 * remedy.
 */
public final class TopicException extends RuntimeException {

    public TopicException(String message, Throwable cause) {
        super(message, cause);
    }
}
