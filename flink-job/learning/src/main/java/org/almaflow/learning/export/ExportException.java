package org.almaflow.learning.export;

/** A predictor cannot be exported as asked; the message is one sentence with the remedy. */
public final class ExportException extends RuntimeException {
    public ExportException(String message) {
        super(message);
    }
}
