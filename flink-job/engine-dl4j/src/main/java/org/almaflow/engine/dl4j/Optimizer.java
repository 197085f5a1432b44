package org.almaflow.engine.dl4j;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.almaflow.learning.engine.OptimizerSpec;
import org.almaflow.learning.engine.OptimizerState;

/** An optimiser with its state, in the order of {@link Layout}. */
final class Optimizer {
    /** Parameters that one call of a rule updates. */
    private static final int BLOCK = 1024;

    private static final MethodType RULE =
            MethodType.methodType(
                    void.class,
                    float[].class,
                    float[].class,
                    float[][].class,
                    float[].class,
                    int.class,
                    int.class);

    private final OptimizerSpec spec;

    /**
     * The {@link Rules}, each by one handle for all optimisers: what a new handle leads to, the JVM
     * compiles anew.
     */
    private static final Map<String, MethodHandle> RULES =
            Stream.of("adadelta", "adam", "sgd", "momentum")
                    .collect(Collectors.toUnmodifiableMap(name -> name, Optimizer::rule));

    /**
     * One of {@link #RULES}. The JVM compiles what a handle in a field leads to by itself, and then
     * with vector instructions. Inlined into the loop of {@link #step} the same code is scalar and
     * takes ten times as long; see docs/decisions/0002-engine-steps.md.
     */
    private final MethodHandle rule;

    private final float[] constants;
    private final float[][] buffers;
    private long steps;

    Optimizer(OptimizerSpec spec, int parameters) {
        this.spec = spec;
        if (spec instanceof OptimizerSpec.Adadelta s) {
            rule = RULES.get("adadelta");
            constants =
                    floats(s.learningRate(), s.weightDecay(), s.rho(), 1 - s.rho(), s.epsilon());
            buffers = new float[2][parameters];
        } else if (spec instanceof OptimizerSpec.Adam s) {
            rule = RULES.get("adam");
            constants =
                    floats(
                            0,
                            s.weightDecay(),
                            s.beta1(),
                            1 - s.beta1(),
                            s.beta2(),
                            1 - s.beta2(),
                            s.epsilon(),
                            0);
            buffers = new float[2][parameters];
        } else {
            OptimizerSpec.Sgd s = (OptimizerSpec.Sgd) spec;
            boolean plain = s.momentum() == 0;
            rule = RULES.get(plain ? "sgd" : "momentum");
            double[] shares = s.nesterov() ? new double[] {1, s.momentum()} : new double[] {0, 1};
            constants =
                    floats(s.learningRate(), s.weightDecay(), s.momentum(), shares[0], shares[1]);
            buffers = new float[plain ? 0 : 1][parameters];
        }
    }

    /** Moves the parameters {@code theta} by the gradient {@code g}. */
    void step(float[] theta, float[] g) {
        steps++;
        if (spec instanceof OptimizerSpec.Adam s) {
            correctBias(s);
        }
        try {
            for (int from = 0; from < theta.length; from += BLOCK) {
                int to = Math.min(theta.length, from + BLOCK);
                rule.invokeExact(theta, g, buffers, constants, from, to);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private void correctBias(OptimizerSpec.Adam s) {
        double t = (double) steps;
        constants[0] = (float) (s.learningRate() / (1 - Math.pow(s.beta1(), t)));
        constants[7] = (float) (1 / Math.sqrt(1 - Math.pow(s.beta2(), t)));
    }

    /** Bytes of its state. */
    long bytes() {
        return buffers.length == 0 ? 0 : (long) buffers.length * buffers[0].length * Float.BYTES;
    }

    OptimizerState state(Layout layout) {
        float[][] copy = new float[buffers.length][];
        Arrays.setAll(copy, i -> layout.toTensors(buffers[i]));
        return new OptimizerState(steps, copy);
    }

    void restore(OptimizerState state, Layout layout) {
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

    private static MethodHandle rule(String name) {
        try {
            return MethodHandles.lookup().findStatic(Rules.class, name, RULE);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("update rule " + name, e);
        }
    }

    private static float[] floats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
