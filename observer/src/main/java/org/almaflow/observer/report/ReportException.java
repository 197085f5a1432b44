package org.almaflow.observer.report;

/** What a report was asked of cannot be read; the message is one sentence with the remedy. */
public final class ReportException extends RuntimeException {
    public ReportException(String message) {
        super(message);
    }

    public ReportException(String message, Throwable cause) {
        super(message, cause);
    }
}
