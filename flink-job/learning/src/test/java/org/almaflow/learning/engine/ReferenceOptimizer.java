package org.almaflow.learning.engine;

import java.util.Arrays;

/** PyTorch's update formulas on whole vectors of doubles: the oracle of {@link EngineContract}. */
final class ReferenceOptimizer {
    private final OptimizerSpec spec;
    private final double[] first;
    private final double[] second;
    private int steps;

    ReferenceOptimizer(OptimizerSpec spec, int parameters) {
        this.spec = spec;
        this.first = new double[parameters];
        this.second = new double[parameters];
    }

    void step(double[] theta, double[] gradient) {
        steps++;
        if (spec instanceof OptimizerSpec.Adadelta s) {
            adadelta(s, theta, decayed(theta, gradient, s.weightDecay()));
        } else if (spec instanceof OptimizerSpec.Adam s) {
            adam(s, theta, decayed(theta, gradient, s.weightDecay()));
        } else if (spec instanceof OptimizerSpec.Sgd s) {
            sgd(s, theta, decayed(theta, gradient, s.weightDecay()));
        }
    }

    private static double[] decayed(double[] theta, double[] gradient, double weightDecay) {
        double[] g = gradient.clone();
        Arrays.setAll(g, i -> gradient[i] + weightDecay * theta[i]);
        return g;
    }

    private void adadelta(OptimizerSpec.Adadelta s, double[] theta, double[] g) {
        for (int i = 0; i < g.length; i++) {
            first[i] = first[i] * s.rho() + g[i] * g[i] * (1 - s.rho());
            double std = Math.sqrt(first[i] + s.epsilon());
            double delta = Math.sqrt(second[i] + s.epsilon()) / std * g[i];
            second[i] = second[i] * s.rho() + delta * delta * (1 - s.rho());
            theta[i] -= s.learningRate() * delta;
        }
    }

    private void adam(OptimizerSpec.Adam s, double[] theta, double[] g) {
        double correction1 = 1 - Math.pow(s.beta1(), steps);
        double correction2 = 1 - Math.pow(s.beta2(), steps);
        for (int i = 0; i < g.length; i++) {
            first[i] += (g[i] - first[i]) * (1 - s.beta1());
            second[i] = second[i] * s.beta2() + (1 - s.beta2()) * g[i] * g[i];
            double denominator = Math.sqrt(second[i]) / Math.sqrt(correction2) + s.epsilon();
            theta[i] -= s.rate(steps) / correction1 * first[i] / denominator;
        }
    }

    private void sgd(OptimizerSpec.Sgd s, double[] theta, double[] g) {
        for (int i = 0; i < g.length; i++) {
            first[i] = steps == 1 ? g[i] : s.momentum() * first[i] + g[i];
            double direction = s.nesterov() ? g[i] + s.momentum() * first[i] : first[i];
            theta[i] -= s.learningRate() * direction;
        }
    }
}
