package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.member.ResumeContract;

class ResumeOnTheEngineTest extends ResumeContract {
    @Override
    protected EngineProvider provider() {
        return new Dl4jEngineProvider();
    }
}
