package org.almaflow.learning.engine;

/** Found by {@link java.util.ServiceLoader}: one a lib folder. */
public interface EngineProvider {
    /** Name as experiments and options write it, such as {@code dl4j}. */
    String name();

    /** Whether its natives allow no other engine with natives in the same JVM. */
    default boolean exclusive() {
        return false;
    }

    /**
     * Opens an engine for the calling thread.
     *
     * @throws EngineException when its natives or device cannot be used here
     */
    Engine open(EngineOptions options);
}
