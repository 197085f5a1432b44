package org.almaflow.learning.engine;

import java.util.Set;

/**
 * How to open an engine.
 *
 * @param threads computing threads; on CPU 1 is fastest for small networks, and results repeat bit
 *     for bit only for the same number
 * @param device index of the device to pin to
 * @param nativeMemory bytes that arrays of all engines of the JVM together may take outside the
 *     heap; 0 for no limit
 * @param tuning ways to compute faster that change results; an engine refuses those it has not
 * @param adopts takes the threads and native memory of the JVM's other engines in the place of
 *     these, and gives way to an engine that does not adopt
 * @param gpu whether {@code device} must be a GPU; else an engine takes what its build computes on
 */
public record EngineOptions(
        int threads,
        int device,
        long nativeMemory,
        Set<Tuning> tuning,
        boolean adopts,
        boolean gpu) {
    public EngineOptions {
        tuning = Set.copyOf(tuning);
        if (nativeMemory < 0) {
            throw new IllegalArgumentException(
                    "native memory is 0 or more bytes, not " + nativeMemory);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("an engine needs 1 thread or more, not " + threads);
        }
    }

    /** Of an engine that insists on them, on what its build computes on. */
    public EngineOptions(int threads, int device, long nativeMemory, Set<Tuning> tuning) {
        this(threads, device, nativeMemory, tuning, false, false);
    }

    /** Computed in float32. */
    public EngineOptions(int threads, int device, long nativeMemory) {
        this(threads, device, nativeMemory, Set.of());
    }

    /** Without a limit of native memory. */
    public EngineOptions(int threads, int device) {
        this(threads, device, 0);
    }

    /** These, for an engine whose results need not repeat bit for bit. */
    public EngineOptions adopting() {
        return new EngineOptions(threads, device, nativeMemory, tuning, true, gpu);
    }

    /** The same, and only on a GPU. */
    public EngineOptions onGpu() {
        return new EngineOptions(threads, device, nativeMemory, tuning, adopts, true);
    }

    /** These with another's threads and native memory. */
    EngineOptions agreeing(EngineOptions other) {
        return new EngineOptions(other.threads, device, other.nativeMemory, tuning, adopts, gpu);
    }

    /**
     * What an engine whose build computes on the processor alone asks first.
     *
     * @param library its name, for people
     * @param folder the lib folder that has its build for GPUs
     * @throws EngineException when a GPU is asked for
     */
    public void requireNoGpu(String library, String folder) {
        if (gpu) {
            throw new EngineException(
                    "a GPU is asked for, and the class path has %s for processors alone; use the lib folder %s, or leave --gpu out"
                            .formatted(library, folder));
        }
    }

    /** One thread on the first device. */
    public static EngineOptions defaults() {
        return new EngineOptions(1, 0);
    }
}
