package org.almaflow.engine.dl4j;

import java.util.Arrays;
import org.almaflow.learning.network.TransformerSpec;

/** Normalisation of every row to mean 0 and variance 1, then a factor and a summand a column. */
final class LayerNorm {
    private final int rows;
    private final int width;
    private final int factorAt;
    private final int summandAt;
    private final Workspace workspace;
    private final float[] factor;
    private final float[] summand;

    /** Normalised rows, and what each was multiplied by. */
    private final float[] normal;

    private final float[] scale;

    LayerNorm(String name, TransformerBuffers buffers) {
        this.rows = buffers.rows();
        this.width = buffers.spec().width();
        this.factorAt = buffers.model().begin(name + ".weight");
        this.summandAt = buffers.model().begin(name + ".bias");
        this.workspace = buffers.workspace();
        this.factor = workspace.heap(width);
        this.summand = workspace.heap(width);
        this.normal = workspace.heap(rows * width);
        this.scale = workspace.heap(rows);
    }

    void forward(float[] x, float[] y) {
        workspace.parameters().read(factorAt, factor, width);
        workspace.parameters().read(summandAt, summand, width);
        for (int row = 0; row < rows; row++) {
            normalise(x, row * width, row);
            for (int i = 0, at = row * width; i < width; i++) {
                y[at + i] = normal[at + i] * factor[i] + summand[i];
            }
        }
    }

    private void normalise(float[] x, int at, int row) {
        float sum = 0;
        for (int i = at; i < at + width; i++) {
            sum += x[i];
        }
        float mean = sum / width;
        float squares = 0;
        for (int i = at; i < at + width; i++) {
            float distance = x[i] - mean;
            squares += distance * distance;
        }
        scale[row] = (float) (1 / Math.sqrt(squares / width + TransformerSpec.EPSILON));
        for (int i = at; i < at + width; i++) {
            normal[i] = (x[i] - mean) * scale[row];
        }
    }

    /** Adds the gradient of {@code x} to {@code dx}; those of the parameters take their places. */
    void backward(float[] dy, float[] dx, float[] gradient) {
        Arrays.fill(gradient, factorAt, factorAt + width, 0);
        Arrays.fill(gradient, summandAt, summandAt + width, 0);
        for (int row = 0; row < rows; row++) {
            int at = row * width;
            float mean = 0;
            float product = 0;
            for (int i = 0; i < width; i++) {
                gradient[factorAt + i] += dy[at + i] * normal[at + i];
                gradient[summandAt + i] += dy[at + i];
                float d = dy[at + i] * factor[i];
                mean += d;
                product += d * normal[at + i];
            }
            mean /= width;
            product /= width;
            for (int i = 0; i < width; i++) {
                float d = dy[at + i] * factor[i];
                dx[at + i] += scale[row] * (d - mean - normal[at + i] * product);
            }
        }
    }
}
