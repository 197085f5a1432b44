package org.almaflow.learning.engine;

/**
 * State of an optimiser.
 *
 * @param steps steps taken
 * @param buffers flat buffers, each as long as the network's parameters (statistics are none); how
 *     many and what they mean is the optimiser's: Adadelta [E g², E Δ²], Adam [m, v], SGD with
 *     momentum [velocity]
 */
public record OptimizerState(long steps, float[][] buffers) {}
