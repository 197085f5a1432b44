package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.engine.TransformerContract;

class TransformerOnTheEngineTest extends TransformerContract {
    @Override
    protected EngineProvider provider() {
        return new Dl4jEngineProvider();
    }
}
