package org.almaflow.pipeline.member;

/** The Java heap, in words. */
final class HeapSpace {
    private static final int MEBI = 20;

    private HeapSpace() {}

    /** What to say when it is full. */
    static String exhausted() {
        Runtime jvm = Runtime.getRuntime();
        return "the Java heap is full: %d of %d MiB are in use (-Xmx); give it more, set the learner's 'memory' (bounds its training set), or use a smaller network, batch_size or fewer members at a time"
                .formatted((jvm.totalMemory() - jvm.freeMemory()) >> MEBI, jvm.maxMemory() >> MEBI);
    }
}
