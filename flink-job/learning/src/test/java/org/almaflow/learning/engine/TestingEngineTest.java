package org.almaflow.learning.engine;

class TestingEngineTest extends EngineContract {
    @Override
    protected EngineProvider provider() {
        return new TestingEngineProvider();
    }
}
