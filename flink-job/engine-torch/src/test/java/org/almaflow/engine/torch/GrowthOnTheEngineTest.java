package org.almaflow.engine.torch;

import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.engine.GrowthContract;

class GrowthOnTheEngineTest extends GrowthContract {
    @Override
    protected EngineProvider provider() {
        return new TorchEngineProvider();
    }
}
