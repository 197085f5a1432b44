package org.almaflow.producer;

/** The stream cannot be published as asked; the message is one sentence with the remedy. */
public final class ProduceException extends RuntimeException {

    public ProduceException(String message) {
        super(message);
    }

    public ProduceException(String message, Throwable cause) {
        super(message, cause);
    }
}
