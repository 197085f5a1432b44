package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.OptimizerSpec;

/** See {@link OptimizerSpec.Adam}; buffers [m, v]. */
final class AdamRule extends Optimizer {
    private final OptimizerSpec.Adam spec;

    AdamRule(OptimizerSpec.Adam spec, int parameters) {
        super(spec, 2, parameters);
        this.spec = spec;
    }

    @Override
    void update(float[] theta, float[] g, float[][] buffers, long step) {
        double t = (double) step;
        float rate = (float) (spec.learningRate() / (1 - Math.pow(spec.beta1(), t)));
        float correction = (float) (1 / Math.sqrt(1 - Math.pow(spec.beta2(), t)));
        float beta1 = (float) spec.beta1();
        float rest1 = (float) (1 - spec.beta1());
        float beta2 = (float) spec.beta2();
        float rest2 = (float) (1 - spec.beta2());
        float epsilon = (float) spec.epsilon();
        float decay = (float) spec.weightDecay();
        float[] m = buffers[0];
        float[] v = buffers[1];
        for (int i = 0; i < theta.length; i++) {
            float x = g[i] + decay * theta[i];
            m[i] = beta1 * m[i] + rest1 * x + FLOOR;
            v[i] = beta2 * v[i] + rest2 * x * x + FLOOR;
            theta[i] -= rate * m[i] / ((float) Math.sqrt(v[i]) * correction + epsilon);
        }
    }
}
