package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.member.TextFamiliesContract;

class TextFamiliesOnTheEngineTest extends TextFamiliesContract {
    @Override
    protected EngineProvider provider() {
        return new Dl4jEngineProvider();
    }
}
