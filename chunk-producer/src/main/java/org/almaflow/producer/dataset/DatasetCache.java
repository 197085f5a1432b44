package org.almaflow.producer.dataset;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where unpacked data sets are kept: ROOT/NAME, with ROOT the first of the caller's folder, {@code
 * ALMAFLOW_DATASETS}, {@code XDG_CACHE_HOME}/almaflow/datasets and ~/.cache/almaflow/datasets.
 */
record DatasetCache(Path root) {
    static final String VARIABLE = "ALMAFLOW_DATASETS";

    /**
     * @param override the caller's folder, or null
     * @param environment the process's environment
     * @param home the user's home folder
     */
    static DatasetCache find(Path override, Map<String, String> environment, Path home) {
        if (override != null) {
            return new DatasetCache(override);
        }
        String own = environment.getOrDefault(VARIABLE, "");
        if (!own.isBlank()) {
            return new DatasetCache(Path.of(own));
        }
        String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path caches = xdg.isBlank() ? home.resolve(".cache") : Path.of(xdg);
        return new DatasetCache(caches.resolve("almaflow").resolve("datasets"));
    }

    Path folder(String dataset) {
        return root.resolve(dataset);
    }

    /** File of a vocabulary with that content hash. */
    Path vocabulary(String hash) {
        return root.resolve("vocabularies").resolve(hash + ".json");
    }

    /** Folder of downloads under way. */
    Path parts() {
        return root.resolve(".parts");
    }
}
