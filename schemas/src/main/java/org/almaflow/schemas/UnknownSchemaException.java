package org.almaflow.schemas;

/**
 * A record written with a schema that is not in the stored history, such as one of a newer release.
 */
public final class UnknownSchemaException extends RecordFormatException {

    private final long fingerprint;

    UnknownSchemaException(String record, long fingerprint) {
        super(
                String.format(
                        "%s: schema fingerprint %016x is in no stored version; was the record"
                                + " written by a newer release?",
                        record, fingerprint));
        this.fingerprint = fingerprint;
    }

    /** CRC-64-AVRO fingerprint that the record carries. */
    public long fingerprint() {
        return fingerprint;
    }
}
