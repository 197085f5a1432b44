package org.almaflow.pipeline;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.EngineProvider;
import org.almaflow.learning.engine.ExampleSet;
import org.almaflow.learning.engine.Network;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.OptimizerState;
import org.almaflow.learning.engine.TestingEngine;
import org.almaflow.learning.network.InputSpec;
import org.almaflow.learning.network.NetworkSpec;
import org.almaflow.learning.network.Tensors;

/**
 * Engine {@code flaky}: {@link TestingEngine}, except that the training step at which a condition
 * holds throws; until then the device is slow, so that checkpoints pass during training. Static,
 * because Flink makes it where it wants.
 */
public final class TestingFlakyEngineProvider implements EngineProvider {
    private static final long SLOW_STEP_NANOS = 1_000_000;
    private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();
    private static volatile BooleanSupplier condition = () -> false;

    /** Throws {@code times} times at a training step at which {@code when} holds. */
    static void failWhen(BooleanSupplier when, int times) {
        condition = when;
        FAILURES_LEFT.set(times);
    }

    static int failuresLeft() {
        return FAILURES_LEFT.get();
    }

    private static void maybeFail() {
        if (FAILURES_LEFT.get() == 0) {
            return;
        }
        LockSupport.parkNanos(SLOW_STEP_NANOS);
        if (condition.getAsBoolean() && FAILURES_LEFT.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new IllegalStateException("the device fell off the bus");
        }
    }

    @Override
    public String name() {
        return "flaky";
    }

    @Override
    public Engine open(EngineOptions options) {
        return new FlakyEngine(new TestingEngine());
    }

    private record FlakyEngine(TestingEngine engine) implements Engine {
        @Override
        public String description() {
            return "flaky";
        }

        @Override
        public ExampleSet reserve(InputSpec input, int classes, int capacity) {
            return engine.reserve(input, classes, capacity);
        }

        @Override
        public long bytesPerExample(InputSpec input) {
            return engine.bytesPerExample(input);
        }

        @Override
        public Network network(NetworkSpec spec) {
            return new FlakyNetwork(engine.network(spec));
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    private record FlakyNetwork(Network network) implements Network {
        @Override
        public double trainStep(
                ExampleSet set, int[] rows, int from, int to, Augmentation augmentation) {
            maybeFail();
            return network.trainStep(set, rows, from, to, augmentation);
        }

        @Override
        public NetworkSpec spec() {
            return network.spec();
        }

        @Override
        public void load(Tensors weights) {
            network.load(weights);
        }

        @Override
        public Tensors weights() {
            return network.weights();
        }

        @Override
        public void resetOptimizer(OptimizerSpec optimizer) {
            network.resetOptimizer(optimizer);
        }

        @Override
        public OptimizerState optimizerState() {
            return network.optimizerState();
        }

        @Override
        public void restoreOptimizer(OptimizerSpec optimizer, OptimizerState state) {
            network.restoreOptimizer(optimizer, state);
        }

        @Override
        public void logits(ExampleSet set, int from, int to, float[] logits) {
            network.logits(set, from, to, logits);
        }

        @Override
        public void addUsage(ExampleSet set, int from, int to, double[][] usage) {
            network.addUsage(set, from, to, usage);
        }

        @Override
        public long bytes() {
            return network.bytes();
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
