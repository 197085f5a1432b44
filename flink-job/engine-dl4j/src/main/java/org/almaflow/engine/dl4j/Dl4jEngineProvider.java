package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.EngineProvider;

/** Provides the engine on ND4J under the name {@code dl4j}. */
public final class Dl4jEngineProvider implements EngineProvider {
    @Override
    public String name() {
        return "dl4j";
    }

    @Override
    public boolean exclusive() {
        return true;
    }

    @Override
    public Engine open(EngineOptions options) {
        return new Dl4jEngine(Natives.claim(options));
    }
}
