package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.engine.FireFlyContract;

class FireFlyOnTheEngineTest extends FireFlyContract {
    @Override
    protected EngineProvider provider() {
        return new Dl4jEngineProvider();
    }
}
