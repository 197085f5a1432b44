package org.almaflow.learning.engine;

/**
 * Optimiser and its settings, defined as PyTorch defines them, so that results compare. Weight
 * decay is added to the gradient (L2), for every parameter.
 */
public sealed interface OptimizerSpec {
    /** Learning rate. */
    double learningRate();

    /**
     * Adadelta (Zeiler 2012): {@code a ← ρa + (1−ρ)g²; Δ = √(b+ε)/√(a+ε)·g; b ← ρb + (1−ρ)Δ²; θ ← θ
     * − lr·Δ}.
     */
    record Adadelta(double learningRate, double rho, double epsilon, double weightDecay)
            implements OptimizerSpec {}

    /**
     * Stochastic gradient descent: {@code v ← μv + g} (v ← g in the first step); {@code θ ← θ −
     * lr·v}, or {@code θ − lr·(g + μv)} with Nesterov.
     */
    record Sgd(double learningRate, double momentum, boolean nesterov, double weightDecay)
            implements OptimizerSpec {}

    /**
     * Adam (Kingma and Ba 2015) with bias correction.
     *
     * @param warmup steps over which the learning rate grows linearly to its full size: step s has
     *     {@code lr · min(1, s / warmup)}; 0 for none
     */
    record Adam(
            double learningRate,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            long warmup)
            implements OptimizerSpec {
        /** Without warm-up. */
        public Adam(
                double learningRate,
                double beta1,
                double beta2,
                double epsilon,
                double weightDecay) {
            this(learningRate, beta1, beta2, epsilon, weightDecay, 0);
        }

        /** Learning rate of step {@code step}, counted from 1. */
        public double rate(long step) {
            return step < warmup ? learningRate * step / warmup : learningRate;
        }
    }
}
