package org.almaflow.observer.dashboard;

/** The dashboard cannot be started as asked; the message is one sentence with the remedy. */
public class DashboardException extends RuntimeException {
    public DashboardException(String message, Throwable cause) {
        super(message, cause);
    }
}
