package org.almaflow.learning.experiment;

/** An experiment file is wrong; the message names the key, the value and what would be right. */
public class ExperimentException extends RuntimeException {
    public ExperimentException(String message) {
        super(message);
    }

    public ExperimentException(String message, Throwable cause) {
        super(message, cause);
    }
}
