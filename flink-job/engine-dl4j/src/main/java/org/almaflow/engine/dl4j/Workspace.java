package org.almaflow.engine.dl4j;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Owns the memory and the bound operations of one {@link Program}, and knows the network's
 * parameter and gradient vectors, which the network owns. Close frees what was made here, newest
 * first.
 */
final class Workspace implements AutoCloseable {
    private final DeviceMemory parameters;
    private final DeviceMemory gradient;
    private final float[] statistics;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private long bytes;

    Workspace(DeviceMemory parameters, DeviceMemory gradient, float[] statistics) {
        this.statistics = statistics;
        this.parameters = parameters;
        this.gradient = gradient;
    }

    /** The flat parameter vector [1, length]; written by the network alone. */
    DeviceMemory parameters() {
        return parameters;
    }

    /** The flat gradient vector [1, length], for a program to use as it likes. */
    DeviceMemory gradient() {
        return gradient;
    }

    /**
     * The network's statistics, in the order of its tensors; moved by programs in training mode.
     */
    float[] statistics() {
        return statistics;
    }

    /** A matrix of zeros. */
    DeviceMemory memory(long rows, int columns) {
        DeviceMemory memory = DeviceMemory.zeros(rows, columns);
        owned.push(memory);
        bytes += memory.bytes();
        return memory;
    }

    /** Zeros on the heap. */
    float[] heap(int length) {
        bytes += (long) length * Float.BYTES;
        return new float[length];
    }

    /** Notes heap memory that a part of the program has made by itself. */
    void count(long heapBytes) {
        bytes += heapBytes;
    }

    /** Bytes of all that was made here, but for operations. */
    long bytes() {
        return bytes;
    }

    /** Takes over an operation, which is then run as often as needed. */
    Runnable own(Operation operation) {
        owned.push(operation);
        return operation::run;
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("a mini-batch's memory cannot be freed", e);
            }
        }
    }
}
