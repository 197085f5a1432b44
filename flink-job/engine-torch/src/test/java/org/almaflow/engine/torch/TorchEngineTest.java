package org.almaflow.engine.torch;

import org.almaflow.learning.engine.EngineContract;
import org.almaflow.learning.engine.EngineProvider;

class TorchEngineTest extends EngineContract {
    @Override
    protected EngineProvider provider() {
        return new TorchEngineProvider();
    }
}
