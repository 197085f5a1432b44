package org.almaflow.learning.engine;

import org.almaflow.learning.network.NetworkSpec;

/**
 * Runs network specs on one device. An engine, its networks and its example sets are used by one
 * thread for their whole life; closing the engine after them is the owner's duty. Only plain Java
 * values cross this interface.
 */
public interface Engine extends AutoCloseable {
    /** Name and device for people, such as {@code dl4j (CPU, 1 thread)}. */
    String description();

    /** Copies examples to the device, ready to be used in mini-batches in any order. */
    ExampleSet upload(Examples examples);

    /**
     * Makes a network; its weights are zero until {@link Network#load}.
     *
     * @throws IllegalArgumentException when this engine cannot run such a network
     */
    Network network(NetworkSpec spec);

    @Override
    void close();
}
