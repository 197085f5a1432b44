package org.almaflow.learning.engine;

/** Examples that an engine holds on its device. Owned by who uploaded them; close frees them. */
public interface ExampleSet extends AutoCloseable {
    /** Number of examples. */
    int count();

    @Override
    void close();
}
