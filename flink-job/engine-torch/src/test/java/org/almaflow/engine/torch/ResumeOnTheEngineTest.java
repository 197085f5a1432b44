package org.almaflow.engine.torch;

import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.member.ResumeContract;

class ResumeOnTheEngineTest extends ResumeContract {
    @Override
    protected EngineProvider provider() {
        return new TorchEngineProvider();
    }
}
