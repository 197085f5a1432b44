package org.almaflow.pipeline;

import java.util.concurrent.CountDownLatch;
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
 * Engine {@code flaky}: {@link TestingEngine}, except that the first use of the device in a phase
 * at which a condition holds throws; until then the device is slow, so that checkpoints pass.
 * Static, because Flink makes it where it wants.
 */
public final class TestingFlakyEngineProvider implements EngineProvider {
    /** What a device is used for. */
    enum Phase {
        UPLOAD,
        TRAIN,
        SCORE,
        GROW
    }

    private static final long SLOW_STEP_NANOS = 1_000_000;
    private static final long SLOWER_STEP_NANOS = 20_000_000;
    private static final AtomicInteger FAILURES_LEFT = new AtomicInteger();
    private static volatile BooleanSupplier condition = () -> false;
    private static volatile Phase failing = Phase.TRAIN;
    private static volatile long stepNanos = SLOW_STEP_NANOS;
    private static volatile CountDownLatch reached = new CountDownLatch(1);

    /** Throws {@code times} times at a training step at which {@code when} holds. */
    static void failWhen(BooleanSupplier when, int times) {
        failIn(Phase.TRAIN, when, times);
    }

    /** As above, in another phase. */
    static void failIn(Phase phase, BooleanSupplier when, int times) {
        failing = phase;
        condition = when;
        reached = new CountDownLatch(1);
        stepNanos = SLOW_STEP_NANOS;
        FAILURES_LEFT.set(times);
    }

    /** Slow in {@code phase}, for ever; the latch opens when the device is first used so. */
    static CountDownLatch slowDown(Phase phase) {
        failIn(phase, () -> false, 1);
        stepNanos = SLOWER_STEP_NANOS;
        return reached;
    }

    /** As fast as it can. */
    static void behave() {
        failIn(Phase.TRAIN, () -> false, 0);
    }

    static int failuresLeft() {
        return FAILURES_LEFT.get();
    }

    private static void use(Phase phase) {
        if (FAILURES_LEFT.get() == 0 || phase != failing) {
            return;
        }
        reached.countDown();
        LockSupport.parkNanos(stepNanos);
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
            use(Phase.UPLOAD);
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
            use(Phase.TRAIN);
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
            use(Phase.SCORE);
            network.logits(set, from, to, logits);
        }

        @Override
        public void addUsage(ExampleSet set, int from, int to, double[][] usage) {
            use(Phase.GROW);
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
