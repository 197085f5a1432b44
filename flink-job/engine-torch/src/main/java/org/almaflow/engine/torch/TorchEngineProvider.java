package org.almaflow.engine.torch;

import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.EngineProvider;

/** Provides the engine on LibTorch under the name {@code torch}. */
public final class TorchEngineProvider implements EngineProvider {
    @Override
    public String name() {
        return "torch";
    }

    @Override
    public boolean exclusive() {
        return true;
    }

    @Override
    public Engine open(EngineOptions options) {
        return new TorchEngine(Natives.claim(options));
    }
}
