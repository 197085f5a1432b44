package org.almaflow.pipeline;

/** An option is wrong; the message names the option, its value and what would be right. */
public class JobOptionsException extends RuntimeException {
    public JobOptionsException(String message) {
        super(message);
    }

    public JobOptionsException(String message, Throwable cause) {
        super(message, cause);
    }
}
