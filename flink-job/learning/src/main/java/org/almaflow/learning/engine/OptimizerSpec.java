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

    /** Adam (Kingma and Ba 2015) with bias correction. */
    record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
            implements OptimizerSpec {}
}
