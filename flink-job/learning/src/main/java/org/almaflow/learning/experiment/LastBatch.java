package org.almaflow.learning.experiment;

/**
 * What becomes of the examples at the end of an epoch (or of a window of a training set that is
 * larger than memory) that are too few for a mini-batch. Batch normalisation takes its statistics
 * from a mini-batch; a very small one gives poor ones.
 */
public enum LastBatch {
    /** They are a mini-batch. */
    KEEP,
    /** They are left out, unless there are no others. */
    DROP,
    /** They join the mini-batch before. */
    MERGE;

    /**
     * End of the mini-batch of {@code size} examples, more or less, that begins at {@code from}.
     */
    public int end(int from, int rows, int size) {
        int to = Math.min(from + size, rows);
        return this == MERGE && rows - to < size ? rows : to;
    }

    /**
     * Where the mini-batch after one that ends at {@code to} begins; {@code rows}: there is none.
     */
    public int next(int to, int rows, int size) {
        return this == DROP && rows - to < size ? rows : to;
    }

    /** How many of {@code rows} examples are in a mini-batch. */
    public int used(int rows, int size) {
        return this == DROP && rows >= size ? rows - rows % size : rows;
    }
}
