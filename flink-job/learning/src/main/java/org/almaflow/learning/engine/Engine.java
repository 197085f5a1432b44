package org.almaflow.learning.engine;

import java.io.IOException;
import org.almaflow.learning.network.InputSpec;
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
    default ExampleSet upload(Examples examples) {
        ExampleSet set = reserve(examples.input(), examples.classes(), examples.count());
        try {
            set.append(examples);
            return set;
        } catch (RuntimeException e) {
            set.close();
            throw e;
        }
    }

    /**
     * An empty set with room for {@code capacity} examples, to be filled by {@link
     * ExampleSet#append}.
     */
    ExampleSet reserve(InputSpec input, int classes, int capacity);

    /** Bytes of the device that one example of a set takes. */
    long bytesPerExample(InputSpec input);

    /** Reads examples where they are kept. */
    @FunctionalInterface
    interface Source {
        Examples read() throws IOException;
    }

    /**
     * Examples that nobody changes, for every engine of this kind and device in the JVM: they are
     * read and copied once, and each engine that asks gets a set of its own to close.
     *
     * @param content what differs when the examples do, such as a file's hash
     */
    default ExampleSet share(String content, Source source) throws IOException {
        return upload(source.read());
    }

    /**
     * Makes a network; its weights are zero until {@link Network#load}.
     *
     * @throws IllegalArgumentException when this engine cannot run such a network
     */
    Network network(NetworkSpec spec);

    /**
     * Bytes outside the heap that arrays of all engines of the JVM hold on this device now; 0: not
     * known. The only method that any thread may call.
     */
    default long nativeBytes() {
        return 0;
    }

    @Override
    void close();
}
