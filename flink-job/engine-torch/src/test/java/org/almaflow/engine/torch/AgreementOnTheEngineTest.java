package org.almaflow.engine.torch;

import org.almaflow.learning.engine.AgreementContract;
import org.almaflow.learning.engine.EngineProvider;

class AgreementOnTheEngineTest extends AgreementContract {
    @Override
    protected EngineProvider provider() {
        return new TorchEngineProvider();
    }
}
