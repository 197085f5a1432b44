package org.almaflow.observer;

/** The output folder cannot be used; the message names it, the cause and the remedy. */
public class OutputException extends RuntimeException {
    public OutputException(String message, Throwable cause) {
        super(message, cause);
    }
}
