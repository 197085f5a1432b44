package org.almaflow.schemas;

/** Bytes that are not a record of the expected kind; the message is one sentence that says why. */
public class RecordFormatException extends Exception {

    public RecordFormatException(String message) {
        super(message);
    }

    public RecordFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
