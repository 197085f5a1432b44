package org.almaflow.learning.engine;

/**
 * How to open an engine.
 *
 * @param threads computing threads; on CPU 1 is fastest for small networks, and results repeat bit
 *     for bit only for the same number
 * @param device index of the device to pin to
 */
public record EngineOptions(int threads, int device) {
    public EngineOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("an engine needs 1 thread or more, not " + threads);
        }
    }

    /** One thread on the first device. */
    public static EngineOptions defaults() {
        return new EngineOptions(1, 0);
    }
}
