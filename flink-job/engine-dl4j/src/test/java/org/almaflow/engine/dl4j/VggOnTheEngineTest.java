package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.engine.VggContract;

class VggOnTheEngineTest extends VggContract {
    @Override
    protected EngineProvider provider() {
        return new Dl4jEngineProvider();
    }
}
