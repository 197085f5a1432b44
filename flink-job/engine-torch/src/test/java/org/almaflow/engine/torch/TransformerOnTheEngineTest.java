package org.almaflow.engine.torch;

import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.engine.TransformerContract;

class TransformerOnTheEngineTest extends TransformerContract {
    @Override
    protected EngineProvider provider() {
        return new TorchEngineProvider();
    }
}
