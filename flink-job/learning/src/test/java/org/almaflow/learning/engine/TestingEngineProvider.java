package org.almaflow.learning.engine;

/** Provides {@link TestingEngine} under the name {@code testing}. */
public final class TestingEngineProvider implements EngineProvider {
    @Override
    public String name() {
        return "testing";
    }

    @Override
    public Engine open(EngineOptions options) {
        return new TestingEngine();
    }
}
