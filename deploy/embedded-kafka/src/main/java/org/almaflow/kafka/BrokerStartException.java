package org.almaflow.kafka;

/**
 * The embedded broker cannot start; the message is one sentence that names the folder and the
 * reason.
 */
public final class BrokerStartException extends RuntimeException {

    BrokerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
