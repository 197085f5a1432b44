package org.almaflow.learning.engine;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Example sets that the engines of this JVM share, by device and content: read and copied for the
 * first that asks, freed when the last has closed its view. Usable by any thread.
 */
public final class SharedExamples {
    private static final Map<String, Shared> SETS = new HashMap<>();

    private SharedExamples() {}

    /** A full set that can be seen by several threads. */
    public interface Sharable extends ExampleSet {
        /** The same examples for another thread; {@code afterwards} runs when it is closed. */
        ExampleSet view(Runnable afterwards);
    }

    private static final class Shared {
        final Sharable set;
        int views;

        Shared(Sharable set) {
            this.set = set;
        }
    }

    /**
     * A view of its own for the caller, to be used by one thread. Others wait for the first.
     *
     * @param engine whose uploaded sets are {@link Sharable}
     */
    public static synchronized ExampleSet view(String key, Engine engine, Engine.Source source)
            throws IOException {
        Shared shared = SETS.get(key);
        if (shared == null) {
            shared = new Shared((Sharable) engine.upload(source.read()));
            SETS.put(key, shared);
        }
        shared.views++;
        return shared.set.view(() -> release(key));
    }

    private static synchronized void release(String key) {
        Shared shared = SETS.get(key);
        shared.views--;
        if (shared.views == 0) {
            SETS.remove(key);
            shared.set.close();
        }
    }

    /** Sets that somebody holds. */
    public static synchronized int held() {
        return SETS.size();
    }
}
