package org.almaflow.cluster;

/** A cluster cannot do what was asked; the message is one sentence with the remedy. */
public final class ClusterException extends RuntimeException {
    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
