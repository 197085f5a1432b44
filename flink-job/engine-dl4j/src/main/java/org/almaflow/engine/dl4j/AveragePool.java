package org.almaflow.engine.dl4j;

import java.util.Arrays;
import org.almaflow.learning.network.VggSpec;

/**
 * Average-pool of images [h, w, c] to [c, 4, 4], as PyTorch's adaptive one: cell i of an axis of n
 * is the mean over [⌊i·n/4⌋, ⌈(i+1)·n/4⌉).
 */
final class AveragePool {
    private static final int SIDE = VggSpec.GATE_POOL;

    private final int height;
    private final int width;
    private final int channels;
    private final float[] image;
    private final float[] cells;

    AveragePool(int height, int width, int channels) {
        this.height = height;
        this.width = width;
        this.channels = channels;
        this.image = new float[height * width * channels];
        this.cells = new float[SIDE * SIDE * channels];
    }

    /** Values of an input image. */
    int inputs() {
        return image.length;
    }

    /** Bytes of its own memory. */
    long bytes() {
        return (long) (image.length + cells.length) * Float.BYTES;
    }

    void forward(DeviceMemory x, DeviceMemory y, int images) {
        for (int i = 0; i < images; i++) {
            x.read((long) i * image.length, image, image.length);
            Arrays.fill(cells, 0);
            for (int cell = 0; cell < SIDE * SIDE; cell++) {
                pass(cell, true);
            }
            y.write((long) i * cells.length, cells, cells.length);
        }
    }

    /** Makes {@code dx} the gradient of the input for the gradient {@code dy} of the output. */
    void backward(DeviceMemory dy, DeviceMemory dx, int images) {
        for (int i = 0; i < images; i++) {
            dy.read((long) i * cells.length, cells, cells.length);
            Arrays.fill(image, 0);
            for (int cell = 0; cell < SIDE * SIDE; cell++) {
                pass(cell, false);
            }
            dx.write((long) i * image.length, image, image.length);
        }
    }

    private void pass(int cell, boolean forward) {
        int top = begin(cell / SIDE, height);
        int bottom = end(cell / SIDE, height);
        int left = begin(cell % SIDE, width);
        int right = end(cell % SIDE, width);
        float share = 1f / ((bottom - top) * (right - left));
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                int pixel = (y * width + x) * channels;
                for (int c = 0; c < channels; c++) {
                    int to = c * SIDE * SIDE + cell;
                    if (forward) {
                        cells[to] += share * image[pixel + c];
                    } else {
                        image[pixel + c] += share * cells[to];
                    }
                }
            }
        }
    }

    private static int begin(int cell, int size) {
        return cell * size / SIDE;
    }

    private static int end(int cell, int size) {
        return ((cell + 1) * size + SIDE - 1) / SIDE;
    }
}
