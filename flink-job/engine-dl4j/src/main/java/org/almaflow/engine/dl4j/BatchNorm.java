package org.almaflow.engine.dl4j;

import java.util.Arrays;
import org.almaflow.learning.network.VggSpec;

/**
 * Batch normalisation (Ioffe and Szegedy 2015) followed by ReLU, of n·h·w pixels with their
 * channels last, as plain loops: {@code y = max(0, a·x + b)} with a and b for each channel. As in
 * PyTorch, the variance that normalises is the biased one and the running one is unbiased.
 *
 * <p>The bias of the convolution before it moves only the running mean: its gradient is zero.
 */
final class BatchNorm {
    private final int channels;
    private final int values;
    private final Places at;
    private final DeviceMemory x;
    private final DeviceMemory y;
    private final Workspace workspace;
    private final Chunks chunks;
    private final float[] mean;
    private final float[] inverse;
    private final float[] a;
    private final float[] b;

    /** Where its parameters begin in the flat vector, and its statistics in theirs. */
    record Places(int convolutionBias, int weight, int bias, int mean, int variance) {}

    BatchNorm(
            Convolution.Shape shape,
            Places at,
            DeviceMemory x,
            DeviceMemory y,
            Workspace workspace,
            Chunks chunks) {
        this.channels = shape.out();
        this.values = shape.values();
        this.at = at;
        this.x = x;
        this.y = y;
        this.workspace = workspace;
        this.chunks = chunks;
        this.mean = new float[channels];
        this.inverse = new float[channels];
        this.a = new float[channels];
        this.b = new float[channels];
    }

    /** Normalises by the mini-batch and moves the running statistics. */
    void train() {
        // A pixel's values as the origin keep the sum of squares from losing the variance.
        float[] origin = new float[channels];
        x.read(0, origin, channels);
        chunks.tile(origin, chunks.c);
        Arrays.fill(chunks.sum, 0);
        Arrays.fill(chunks.product, 0);
        for (int from = 0; from < values; from += chunks.pixels(channels)) {
            int count = Math.min(chunks.pixels(channels), values - from);
            x.read(from, chunks.x, count);
            addMoments(chunks.x, chunks.c, chunks.sum, chunks.product, count);
        }
        double[] sums = chunks.channelSums(chunks.sum, channels);
        double[] squares = chunks.channelSums(chunks.product, channels);
        int pixels = values / channels;
        float[] statistics = workspace.statistics();
        float[] bias = parameters(at.convolutionBias());
        for (int c = 0; c < channels; c++) {
            double shifted = sums[c] / pixels;
            // No maximum: a NaN must stay one.
            double variance = squares[c] / pixels - shifted * shifted;
            variance = variance < 0 ? 0 : variance;
            mean[c] = (float) (origin[c] + shifted);
            inverse[c] = (float) (1 / Math.sqrt(variance + VggSpec.EPSILON));
            double unbiased = variance * pixels / Math.max(1, pixels - 1);
            move(statistics, at.mean() + c, mean[c] + bias[c]);
            move(statistics, at.variance() + c, unbiased);
        }
        apply();
    }

    private static void addMoments(
            float[] x, float[] origin, float[] sum, float[] squares, int count) {
        for (int i = 0; i < count; i++) {
            float d = x[i] - origin[i];
            sum[i] += d;
            squares[i] += d * d;
        }
    }

    private static void move(float[] statistics, int i, double value) {
        statistics[i] = (float) ((1 - VggSpec.MOMENTUM) * statistics[i] + VggSpec.MOMENTUM * value);
    }

    /** Normalises by the running statistics. */
    void infer() {
        float[] statistics = workspace.statistics();
        float[] bias = parameters(at.convolutionBias());
        for (int c = 0; c < channels; c++) {
            mean[c] = statistics[at.mean() + c] - bias[c];
            double variance = statistics[at.variance() + c];
            inverse[c] = (float) (1 / Math.sqrt(variance + VggSpec.EPSILON));
        }
        apply();
    }

    private void apply() {
        float[] weight = parameters(at.weight());
        float[] bias = parameters(at.bias());
        for (int c = 0; c < channels; c++) {
            a[c] = weight[c] * inverse[c];
            b[c] = bias[c] - a[c] * mean[c];
        }
        recompute();
    }

    /** Computes the output once more, where its memory has been used for another one. */
    void recompute() {
        chunks.tile(a, chunks.a);
        chunks.tile(b, chunks.b);
        for (int from = 0; from < values; from += chunks.pixels(channels)) {
            int count = Math.min(chunks.pixels(channels), values - from);
            x.read(from, chunks.x, count);
            rectify(chunks.x, chunks.a, chunks.b, count);
            y.write(from, chunks.x, count);
        }
    }

    private static void rectify(float[] x, float[] a, float[] b, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = Math.max(0, x[i] * a[i] + b[i]);
        }
    }

    private float[] parameters(int from) {
        float[] values = new float[channels];
        workspace.parameters().read(from, values, channels);
        return values;
    }

    /**
     * Replaces the gradient of the output by that of the input, after {@link #train}; the gradients
     * of the parameters go to their places.
     */
    void backward(DeviceMemory delta, float[] gradient) {
        chunks.tile(a, chunks.a);
        chunks.tile(b, chunks.b);
        chunks.tile(mean, chunks.c);
        Arrays.fill(chunks.sum, 0);
        Arrays.fill(chunks.product, 0);
        for (int from = 0; from < values; from += chunks.pixels(channels)) {
            int count = Math.min(chunks.pixels(channels), values - from);
            x.read(from, chunks.x, count);
            delta.read(from, chunks.g, count);
            mask(chunks, count);
            addProducts(chunks, count);
            delta.write(from, chunks.g, count);
        }
        double[] sums = chunks.channelSums(chunks.sum, channels);
        double[] products = chunks.channelSums(chunks.product, channels);
        int pixels = values / channels;
        float[] slope = new float[channels];
        float[] shift = new float[channels];
        for (int c = 0; c < channels; c++) {
            double weightGradient = products[c] * inverse[c];
            gradient[at.convolutionBias() + c] = 0;
            gradient[at.weight() + c] = (float) weightGradient;
            gradient[at.bias() + c] = (float) sums[c];
            double steep = -a[c] * inverse[c] * weightGradient / pixels;
            slope[c] = (float) steep;
            shift[c] = (float) (-a[c] * sums[c] / pixels - steep * mean[c]);
        }
        combine(delta, slope, shift);
    }

    /** {@code dx = a·g + slope·x + shift}. */
    private void combine(DeviceMemory delta, float[] slope, float[] shift) {
        chunks.tile(slope, chunks.b);
        chunks.tile(shift, chunks.c);
        for (int from = 0; from < values; from += chunks.pixels(channels)) {
            int count = Math.min(chunks.pixels(channels), values - from);
            x.read(from, chunks.x, count);
            delta.read(from, chunks.g, count);
            combine(chunks, count);
            delta.write(from, chunks.g, count);
        }
    }

    private static void combine(Chunks k, int count) {
        float[] x = k.x;
        float[] g = k.g;
        float[] a = k.a;
        float[] b = k.b;
        float[] c = k.c;
        for (int i = 0; i < count; i++) {
            g[i] = a[i] * g[i] + (b[i] * x[i] + c[i]);
        }
    }

    /**
     * Takes the gradient where ReLU was positive: a product with 0 or 1, for a NaN must stay one.
     */
    private static void mask(Chunks k, int count) {
        float[] x = k.x;
        float[] g = k.g;
        float[] a = k.a;
        float[] b = k.b;
        for (int i = 0; i < count; i++) {
            float z = (x[i] * a[i] + b[i]) * Float.MAX_VALUE;
            g[i] *= Math.min(1, Math.max(0, z));
        }
    }

    private static void addProducts(Chunks k, int count) {
        float[] x = k.x;
        float[] g = k.g;
        float[] mean = k.c;
        float[] sum = k.sum;
        float[] product = k.product;
        for (int i = 0; i < count; i++) {
            sum[i] += g[i];
            product[i] += g[i] * (x[i] - mean[i]);
        }
    }
}
