package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.engine.GrowthContract;

class GrowthOnTheEngineTest extends GrowthContract {
    @Override
    protected EngineProvider provider() {
        return new Dl4jEngineProvider();
    }
}
