package org.almaflow.learning.engine;

import org.almaflow.learning.network.InputSpec;

/**
 * Examples that an engine holds on its device. Owned by who uploaded, reserved or shared them;
 * close frees them, a shared set with its last owner.
 */
public interface ExampleSet extends AutoCloseable {
    /** Number of examples that it holds. */
    int count();

    /** What an example is. */
    InputSpec input();

    /** Number of classes of the stream. */
    int classes();

    /** Class index of each example; not to be changed. */
    int[] labels();

    /** Bytes that it occupies, on the device and in the heap. */
    long bytes();

    /**
     * Copies further examples behind those that are there.
     *
     * @throws IllegalArgumentException when they do not fit: another input or number of classes, a
     *     label that is no class, or more than there is room for
     */
    void append(Examples examples);

    @Override
    void close();
}
