package org.almaflow.engine.torch;

import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.engine.VggContract;

class VggOnTheEngineTest extends VggContract {
    @Override
    protected EngineProvider provider() {
        return new TorchEngineProvider();
    }
}
