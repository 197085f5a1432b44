package org.almaflow.engine.dl4j;

import java.util.Arrays;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.OptimizerState;

/**
 * An optimiser with its state, in the order of {@link Layout}. The rules are plain loops over float
 * arrays, which the JVM compiles to vector instructions; see docs/decisions/0002-engine-steps.md.
 */
abstract sealed class Optimizer permits AdadeltaRule, SgdRule, AdamRule {
    /**
     * Added to every moving average: one whose gradient stays zero (that of a dead unit) would
     * decay into denormal numbers, which processors handle some fifty times slower. Nothing else
     * notices so small a number.
     */
    static final float FLOOR = 1e-30f;

    private final OptimizerSpec spec;
    private final float[][] buffers;
    private long steps;

    Optimizer(OptimizerSpec spec, int buffers, int parameters) {
        this.spec = spec;
        this.buffers = new float[buffers][parameters];
    }

    static Optimizer of(OptimizerSpec spec, int parameters) {
        if (spec instanceof OptimizerSpec.Adadelta adadelta) {
            return new AdadeltaRule(adadelta, parameters);
        }
        if (spec instanceof OptimizerSpec.Adam adam) {
            return new AdamRule(adam, parameters);
        }
        return new SgdRule((OptimizerSpec.Sgd) spec, parameters);
    }

    /** Moves the parameters {@code theta} by the gradient {@code g}. */
    final void step(float[] theta, float[] g) {
        steps++;
        update(theta, g, buffers, steps);
    }

    /** The rule; {@code step} is 1 the first time. */
    abstract void update(float[] theta, float[] g, float[][] buffers, long step);

    final OptimizerState state(Layout layout) {
        float[][] copy = new float[buffers.length][];
        Arrays.setAll(copy, i -> layout.toTensors(buffers[i]));
        return new OptimizerState(steps, copy);
    }

    final void restore(OptimizerState state, Layout layout) {
        boolean fits = state.buffers().length == buffers.length;
        for (float[] buffer : state.buffers()) {
            fits &= buffer.length == layout.parameters();
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "%s keeps %d buffers of %d values; the state has lengths %s"
                            .formatted(
                                    spec,
                                    buffers.length,
                                    layout.parameters(),
                                    Arrays.stream(state.buffers()).map(b -> b.length).toList()));
        }
        steps = state.steps();
        Arrays.setAll(buffers, i -> layout.fromTensors(state.buffers()[i]));
    }
}
