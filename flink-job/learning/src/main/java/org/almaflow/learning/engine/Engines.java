package org.almaflow.learning.engine;

import java.util.List;
import java.util.ServiceLoader;

/** Finds the engine of this JVM. */
public final class Engines {
    private Engines() {}

    /**
     * The provider of that name.
     *
     * @throws EngineException when there is none on the class path, or two that exclude each other
     */
    public static EngineProvider find(String name) {
        List<EngineProvider> found = providers();
        List<String> exclusive =
                found.stream().filter(EngineProvider::exclusive).map(EngineProvider::name).toList();
        if (exclusive.size() > 1) {
            throw new EngineException(
                    "engines %s are on one class path, and their natives exclude each other; keep the jars of one, such as those of engines/%s-cpu"
                            .formatted(exclusive, name));
        }
        return found.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new EngineException(
                                        "engine '%s' is not on the class path (there: %s); start with ./alma --engine %s, or put the jars of engines/%s-cpu there in the place of the other's"
                                                .formatted(
                                                        name,
                                                        found.stream()
                                                                .map(EngineProvider::name)
                                                                .toList(),
                                                        name,
                                                        name)));
    }

    /** Names of those on the class path. */
    public static List<String> installed() {
        return providers().stream().map(EngineProvider::name).toList();
    }

    private static List<EngineProvider> providers() {
        return ServiceLoader.load(EngineProvider.class, Engines.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
