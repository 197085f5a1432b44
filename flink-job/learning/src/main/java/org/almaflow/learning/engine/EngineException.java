package org.almaflow.learning.engine;

/** An engine cannot be used; the message says why and what would help. */
public class EngineException extends RuntimeException {
    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
