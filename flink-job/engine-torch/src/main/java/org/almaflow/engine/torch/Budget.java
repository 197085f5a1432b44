package org.almaflow.engine.torch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.almaflow.learning.engine.EngineException;
import org.bytedeco.javacpp.Pointer;

/**
 * Bytes that engines of this JVM hold on one device: examples, weights, gradients, optimiser state,
 * and what a step of the sizes seen so far takes. Usable by any thread.
 */
final class Budget {
    private static final Map<Integer, Budget> OF_DEVICES = new ConcurrentHashMap<>();

    private final AtomicLong held = new AtomicLong();
    private volatile long limit;

    private Budget() {}

    /** Of a device; -1 is the processor. */
    static Budget of(int device) {
        return OF_DEVICES.computeIfAbsent(device, d -> new Budget());
    }

    /** Bytes that may be held; 0 for no limit. */
    void limit(long bytes) {
        limit = bytes;
    }

    long held() {
        return held.get();
    }

    /**
     * Counts bytes that are about to be allocated for {@code what}.
     *
     * @throws EngineException when the limit does not allow them; nothing is counted then
     */
    void take(long bytes, String what) {
        long now = held.addAndGet(bytes);
        if (limit > 0 && now > limit) {
            held.addAndGet(-bytes);
            throw refusal(bytes, what, null);
        }
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Says what was asked for, what the limit is, and what helps. */
    EngineException refusal(long bytes, String what, Throwable cause) {
        return new EngineException(
                "%d MiB of memory for %s cannot be had: engine torch holds %d MiB in a process of %d MiB; set the learner's 'memory' (bounds its training set), use a smaller network, batch_size or fewer members at a time, or raise --native-memory (now %s)"
                        .formatted(
                                bytes >> 20,
                                what,
                                held() >> 20,
                                Pointer.physicalBytes() >> 20,
                                limit == 0 ? "any amount" : (limit >> 20) + " MiB"),
                cause);
    }
}
