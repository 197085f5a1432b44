package org.almaflow.producer.dataset;

/** A data set cannot be had or is wrong; the message names the file, the value and the remedy. */
public class DatasetException extends RuntimeException {
    public DatasetException(String message) {
        super(message);
    }

    public DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
