package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.OptimizerSpec;

/** See {@link OptimizerSpec.Sgd}; with momentum its buffer is [velocity]. */
final class SgdRule extends Optimizer {
    private final OptimizerSpec.Sgd spec;

    SgdRule(OptimizerSpec.Sgd spec, int parameters) {
        super(spec, spec.momentum() == 0 ? 0 : 1, parameters);
        this.spec = spec;
    }

    @Override
    void update(float[] theta, float[] g, float[][] buffers, long step) {
        if (buffers.length == 0) {
            plain(theta, g);
        } else {
            // PyTorch's first velocity is the gradient itself: the same as from zero.
            momentum(theta, g, buffers[0]);
        }
    }

    private void plain(float[] theta, float[] g) {
        float rate = (float) spec.learningRate();
        float decay = (float) spec.weightDecay();
        for (int i = 0; i < theta.length; i++) {
            theta[i] -= rate * (g[i] + decay * theta[i]);
        }
    }

    private void momentum(float[] theta, float[] g, float[] velocity) {
        float rate = (float) spec.learningRate();
        float decay = (float) spec.weightDecay();
        float momentum = (float) spec.momentum();
        float gradientShare = spec.nesterov() ? 1 : 0;
        float velocityShare = spec.nesterov() ? momentum : 1;
        for (int i = 0; i < theta.length; i++) {
            float x = g[i] + decay * theta[i];
            float v = momentum * velocity[i] + x + FLOOR;
            velocity[i] = v;
            theta[i] -= rate * (gradientShare * x + velocityShare * v);
        }
    }
}
