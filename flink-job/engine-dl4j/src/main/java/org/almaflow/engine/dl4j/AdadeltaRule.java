package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.OptimizerSpec;

/** See {@link OptimizerSpec.Adadelta}; buffers [E g², E Δ²]. */
final class AdadeltaRule extends Optimizer {
    private final OptimizerSpec.Adadelta spec;

    AdadeltaRule(OptimizerSpec.Adadelta spec, int parameters) {
        super(spec, 2, parameters);
        this.spec = spec;
    }

    @Override
    void update(float[] theta, float[] g, float[][] buffers, long step) {
        float rho = (float) spec.rho();
        float rest = (float) (1 - spec.rho());
        float epsilon = (float) spec.epsilon();
        float rate = (float) spec.learningRate();
        float decay = (float) spec.weightDecay();
        float[] squares = buffers[0];
        float[] moves = buffers[1];
        for (int i = 0; i < theta.length; i++) {
            float x = g[i] + decay * theta[i];
            float square = rho * squares[i] + rest * x * x + FLOOR;
            float move = (float) Math.sqrt((moves[i] + epsilon) / (square + epsilon)) * x;
            squares[i] = square;
            moves[i] = rho * moves[i] + rest * move * move + FLOOR;
            theta[i] -= rate * move;
        }
    }
}
