package org.almaflow.learning.engine;

import java.util.List;
import java.util.ServiceLoader;

/** Finds the engine of this JVM. */
public final class Engines {
    private Engines() {}

    /**
     * The provider of that name.
     *
     * @throws EngineException when there is none on the class path
     */
    public static EngineProvider find(String name) {
        List<EngineProvider> found =
                ServiceLoader.load(EngineProvider.class, Engines.class.getClassLoader()).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        return found.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new EngineException(
                                        "engine '%s' is not on the class path (there: %s); put its jars into the lib folder"
                                                .formatted(
                                                        name,
                                                        found.stream()
                                                                .map(EngineProvider::name)
                                                                .toList())));
    }
}
