package org.almaflow.learning.engine;

import org.almaflow.learning.engine.OptimizerSpec.Adadelta;
import org.almaflow.learning.engine.OptimizerSpec.Adam;
import org.almaflow.learning.engine.OptimizerSpec.Sgd;

/** PyTorch's update rules, one parameter after another, in double; the state is float32. */
final class TestingOptimizer {
    private final OptimizerSpec spec;
    private float[][] buffers;
    private long steps;

    TestingOptimizer(OptimizerSpec spec, int parameters) {
        this.spec = spec;
        this.buffers = new float[buffers(spec)][parameters];
    }

    private static int buffers(OptimizerSpec spec) {
        return spec instanceof Sgd sgd ? (sgd.momentum() == 0 ? 0 : 1) : 2;
    }

    long bytes() {
        return buffers.length == 0 ? 0 : 4L * buffers.length * buffers[0].length;
    }

    OptimizerState state() {
        return new OptimizerState(steps, copy(buffers));
    }

    void restore(OptimizerState state) {
        int length = buffers.length == 0 ? 0 : buffers[0].length;
        boolean fits = state.buffers().length == buffers.length;
        for (float[] buffer : state.buffers()) {
            fits &= buffer.length == length;
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    "%s needs %d buffers of %d".formatted(spec, buffers.length, length));
        }
        buffers = copy(state.buffers());
        steps = state.steps();
    }

    void step(float[] theta, double[] gradient) {
        steps++;
        for (int i = 0; i < theta.length; i++) {
            theta[i] = (float) updated(theta[i], gradient[i], i);
        }
    }

    private double updated(double theta, double gradient, int i) {
        if (spec instanceof Adadelta s) {
            return adadelta(s, theta, gradient + s.weightDecay() * theta, i);
        }
        if (spec instanceof Adam s) {
            return adam(s, theta, gradient + s.weightDecay() * theta, i);
        }
        Sgd s = (Sgd) spec;
        return sgd(s, theta, gradient + s.weightDecay() * theta, i);
    }

    private double adadelta(Adadelta s, double theta, double g, int i) {
        double a = s.rho() * buffers[0][i] + (1 - s.rho()) * g * g;
        double b = buffers[1][i];
        double delta = Math.sqrt(b + s.epsilon()) / Math.sqrt(a + s.epsilon()) * g;
        buffers[0][i] = (float) a;
        buffers[1][i] = (float) (s.rho() * b + (1 - s.rho()) * delta * delta);
        return theta - s.learningRate() * delta;
    }

    private double adam(Adam s, double theta, double g, int i) {
        double m = s.beta1() * buffers[0][i] + (1 - s.beta1()) * g;
        double v = s.beta2() * buffers[1][i] + (1 - s.beta2()) * g * g;
        buffers[0][i] = (float) m;
        buffers[1][i] = (float) v;
        double mHat = m / (1 - Math.pow(s.beta1(), (double) steps));
        double vHat = v / (1 - Math.pow(s.beta2(), (double) steps));
        return theta - s.rate(steps) * mHat / (Math.sqrt(vHat) + s.epsilon());
    }

    private double sgd(Sgd s, double theta, double g, int i) {
        if (s.momentum() == 0) {
            return theta - s.learningRate() * g;
        }
        double v = s.momentum() * buffers[0][i] + g;
        buffers[0][i] = (float) v;
        return theta - s.learningRate() * (s.nesterov() ? g + s.momentum() * v : v);
    }

    private static float[][] copy(float[][] buffers) {
        float[][] copy = new float[buffers.length][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = buffers[i].clone();
        }
        return copy;
    }
}
