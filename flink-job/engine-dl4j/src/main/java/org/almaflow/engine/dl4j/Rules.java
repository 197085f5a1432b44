package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.OptimizerSpec;

/**
 * The update rules of {@link OptimizerSpec} on the parameters [from, to), as loops that the JVM
 * compiles to vector instructions.
 */
final class Rules {
    /**
     * Added to every moving average: one whose gradient stays zero (that of a dead unit) would
     * decay into denormal numbers, which processors handle some fifty times slower. Nothing else
     * notices so small a number.
     */
    private static final float FLOOR = 1e-30f;

    private Rules() {}

    /** Constants: rate, decay, ρ, 1 − ρ, ε; buffers [E g², E Δ²]. */
    static void adadelta(
            float[] theta, float[] g, float[][] buffers, float[] constants, int from, int to) {
        float rate = constants[0];
        float decay = constants[1];
        float rho = constants[2];
        float rest = constants[3];
        float epsilon = constants[4];
        float[] squares = buffers[0];
        float[] moves = buffers[1];
        for (int i = from; i < to; i++) {
            float x = g[i] + decay * theta[i];
            float square = rho * squares[i] + rest * x * x + FLOOR;
            float move = (float) Math.sqrt((moves[i] + epsilon) / (square + epsilon)) * x;
            squares[i] = square;
            moves[i] = rho * moves[i] + rest * move * move + FLOOR;
            theta[i] -= rate * move;
        }
    }

    /** Constants: bias-corrected rate, decay, β1, 1 − β1, β2, 1 − β2, ε, factor of √v. */
    static void adam(
            float[] theta, float[] g, float[][] buffers, float[] constants, int from, int to) {
        float rate = constants[0];
        float decay = constants[1];
        float beta1 = constants[2];
        float rest1 = constants[3];
        float beta2 = constants[4];
        float rest2 = constants[5];
        float epsilon = constants[6];
        float correction = constants[7];
        float[] m = buffers[0];
        float[] v = buffers[1];
        for (int i = from; i < to; i++) {
            float x = g[i] + decay * theta[i];
            float mean = beta1 * m[i] + rest1 * x + FLOOR;
            float square = beta2 * v[i] + rest2 * x * x + FLOOR;
            m[i] = mean;
            v[i] = square;
            theta[i] -= rate * mean / ((float) Math.sqrt(square) * correction + epsilon);
        }
    }

    /** Constants: rate, decay; no buffer. */
    static void sgd(
            float[] theta, float[] g, float[][] buffers, float[] constants, int from, int to) {
        float rate = constants[0];
        float decay = constants[1];
        for (int i = from; i < to; i++) {
            theta[i] -= rate * (g[i] + decay * theta[i]);
        }
    }

    /**
     * Constants: rate, decay, μ, share of the gradient, share of the velocity; buffer [velocity].
     * (PyTorch's first velocity is the gradient itself: the same as from zero.)
     */
    static void momentum(
            float[] theta, float[] g, float[][] buffers, float[] constants, int from, int to) {
        float rate = constants[0];
        float decay = constants[1];
        float momentum = constants[2];
        float gradientShare = constants[3];
        float velocityShare = constants[4];
        float[] velocity = buffers[0];
        for (int i = from; i < to; i++) {
            float x = g[i] + decay * theta[i];
            float v = momentum * velocity[i] + x + FLOOR;
            velocity[i] = v;
            theta[i] -= rate * (gradientShare * x + velocityShare * v);
        }
    }
}
