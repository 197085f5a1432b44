package org.almaflow.producer.dataset;

/**
 * Hears how fetching a data set goes on. Called on the fetching thread; must not throw or block.
 */
public interface DatasetProgress {
    /** Hears nothing. */
    DatasetProgress NONE = new DatasetProgress() {};

    /** The next source is tried. */
    default void trying(String dataset, String source) {}

    /**
     * Bytes have come.
     *
     * @param what the file or package under way
     * @param done bytes so far
     * @param total bytes in all; -1 when nobody knows
     */
    default void bytes(String what, long done, long total) {}

    /** A source did not give what was wanted; the next one is tried. */
    default void failed(String source, String reason) {}
}
