package org.almaflow.producer.dataset;

/**
 * Labelled examples in memory. Owns both arrays; nobody writes to them after construction.
 *
 * @param features examples x elements of the feature spec's shape, row-major, little-endian
 * @param labels one label an example, in [0, classes); none for sequences of tokens
 */
public record ExampleTable(byte[] features, int[] labels) {
    /** Number of labelled examples. */
    public int size() {
        return labels.length;
    }
}
