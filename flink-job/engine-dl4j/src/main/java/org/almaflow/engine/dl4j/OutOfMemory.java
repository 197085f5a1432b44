package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.EngineException;
import org.bytedeco.javacpp.Pointer;

/** Says what was asked for when there is not enough memory, what the limit is, and what helps. */
final class OutOfMemory {
    private static final String PROPERTY = "org.bytedeco.javacpp.maxphysicalbytes";

    private OutOfMemory() {}

    /** For {@code rows} x {@code columns} float32 values. */
    static EngineException device(long rows, int columns, Throwable cause) {
        return new EngineException(
                "%d MiB of memory for %d x %d values cannot be had: the process holds %d MiB and %s; set the learner's 'memory' (bounds its training set), use a smaller network, batch_size or fewer members at a time, or raise --native-memory (now %s) or -D%s"
                        .formatted(
                                mebi(rows * columns * Float.BYTES),
                                rows,
                                columns,
                                mebi(Pointer.physicalBytes()),
                                limit(),
                                Natives.limit(),
                                PROPERTY),
                cause);
    }

    private static String limit() {
        long most = Pointer.maxPhysicalBytes();
        return most > 0
                ? "may hold %d MiB".formatted(mebi(most))
                : "has no limit but the machine's";
    }

    private static long mebi(long bytes) {
        return bytes >> 20;
    }
}
