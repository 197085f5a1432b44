package org.almaflow.engine.dl4j;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.ExampleSet;

/**
 * Example sets that the engines of this JVM share, by device and content: read and copied for the
 * first that asks, freed when the last has closed its view. Usable by any thread.
 */
final class SharedExamples {
    private static final Map<String, Shared> SETS = new HashMap<>();

    private SharedExamples() {}

    private static final class Shared {
        final ResidentExamples set;
        int views;

        Shared(ResidentExamples set) {
            this.set = set;
        }
    }

    /** A view of its own for the caller, to be used by one thread. Others wait for the first. */
    static synchronized ExampleSet view(String key, Engine engine, Engine.Source source)
            throws IOException {
        Shared shared = SETS.get(key);
        if (shared == null) {
            shared = new Shared((ResidentExamples) engine.upload(source.read()));
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
    static synchronized int held() {
        return SETS.size();
    }
}
