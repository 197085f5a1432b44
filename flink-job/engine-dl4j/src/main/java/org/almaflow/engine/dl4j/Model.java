package org.almaflow.engine.dl4j;

import org.almaflow.learning.network.NetworkSpec;

/**
 * What a kind of network adds to {@link TrainableNetwork}: where its parameters lie in the flat
 * vector, and its operations for a number of rows. A model holds no memory.
 */
interface Model {
    NetworkSpec spec();

    /** Where the spec's tensors lie in the flat vector. */
    Layout layout();

    /** Rows of one mini-batch of inference, at most. */
    default int block() {
        return 256;
    }

    /**
     * Rows of the program that infers {@code rows} examples: as many, or more to save a program.
     */
    default int inferenceRows(int rows) {
        return rows;
    }

    /**
     * Makes the operations of mini-batches of {@code rows} rows, with all their memory from {@code
     * workspace}, which also frees it.
     */
    Program program(int rows, Workspace workspace);
}
