package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.EngineContract;
import org.almaflow.learning.engine.EngineProvider;

class Dl4jEngineTest extends EngineContract {
    @Override
    protected EngineProvider provider() {
        return new Dl4jEngineProvider();
    }
}
