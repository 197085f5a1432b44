package org.almaflow.learning.engine;

/**
 * What the open engines of a JVM have agreed on, where a library holds the number of threads and
 * the limit of native memory for the whole process. The first engine decides, and one that insists
 * on others is refused until the last that insists has closed; then the next may decide anew.
 * Usable by one thread at a time.
 */
public final class EngineClaims {
    private EngineOptions agreed;
    private int insisting;
    private int adopting;

    /**
     * Counts an engine that opens.
     *
     * @return with what threads and native memory it computes; a change is to be set in the library
     * @throws EngineException naming the option, when an open engine insists on others
     */
    public EngineOptions claim(EngineOptions wanted) {
        if (wanted.adopts()) {
            adopting++;
            agreed = insisting + adopting > 1 ? wanted.agreeing(agreed) : wanted;
            return agreed;
        }
        if (insisting > 0 && agreed.threads() != wanted.threads()) {
            throw new EngineException(
                    "this JVM's engines compute with %d threads, so none can with %d; give all jobs that share a TaskManager one number, with option engine-threads"
                            .formatted(agreed.threads(), wanted.threads()));
        }
        if (insisting > 0 && agreed.nativeMemory() != wanted.nativeMemory()) {
            throw new EngineException(
                    "this JVM's engines may take %s of native memory, so none can be given %s; give all jobs that share a TaskManager one size, with option native-memory"
                            .formatted(size(agreed.nativeMemory()), size(wanted.nativeMemory())));
        }
        insisting++;
        agreed = wanted;
        return agreed;
    }

    /** Counts an engine that closes, with what {@link #claim} returned. */
    public void release(EngineOptions claimed) {
        if (claimed.adopts()) {
            adopting--;
        } else {
            insisting--;
        }
    }

    /** How much native memory all may take, for people. */
    public String limit() {
        return size(agreed == null ? 0 : agreed.nativeMemory());
    }

    private static String size(long bytes) {
        return bytes == 0 ? "any amount" : (bytes >> 20) + " MiB";
    }
}
