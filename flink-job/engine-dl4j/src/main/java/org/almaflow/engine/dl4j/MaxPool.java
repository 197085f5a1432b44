package org.almaflow.engine.dl4j;

import java.util.Arrays;

/**
 * Max-pool 2x2 of n images [h, w, c] as plain loops. Where a side is odd, its last row or column is
 * left out, as PyTorch does.
 */
final class MaxPool {
    private final int images;
    private final int height;
    private final int width;
    private final int channels;
    private final float[] large;
    private final float[] small;

    /** Which of the four pixels each output came from: 0 or 1 down, 0 or 2 right. */
    private final byte[] chosen;

    MaxPool(Convolution.Shape shape) {
        images = shape.images();
        height = shape.height();
        width = shape.width();
        channels = shape.out();
        large = new float[height * width * channels];
        small = new float[(height / 2) * (width / 2) * channels];
        chosen = new byte[Math.multiplyExact(images, small.length)];
    }

    /** Values of an output image. */
    int outputs() {
        return small.length;
    }

    /** Bytes of its own memory. */
    long bytes() {
        return (long) (large.length + small.length) * Float.BYTES + chosen.length;
    }

    void forward(DeviceMemory x, DeviceMemory y) {
        for (int image = 0; image < images; image++) {
            x.read((long) image * large.length, large, large.length);
            for (int row = 0; row < height / 2; row++) {
                poolRow(row, image * small.length);
            }
            y.write((long) image * small.length, small, small.length);
        }
    }

    private void poolRow(int row, int chosenAt) {
        int down = width * channels;
        int to = row * (width / 2) * channels;
        for (int column = 0; column < width / 2; column++) {
            int from = (2 * row * width + 2 * column) * channels;
            for (int c = 0; c < channels; c++, from++, to++) {
                // Without jumps, which the processor could not foretell.
                float left = large[from];
                float right = large[from + channels];
                float lowLeft = large[from + down];
                float lowRight = large[from + down + channels];
                float high = Math.max(left, right);
                float low = Math.max(lowLeft, lowRight);
                int highChosen = right > left ? 2 : 0;
                int lowChosen = lowRight > lowLeft ? 3 : 1;
                small[to] = Math.max(high, low);
                chosen[chosenAt + to] = (byte) (low > high ? lowChosen : highChosen);
            }
        }
    }

    /** Makes {@code dx} the gradient of the input for the gradient {@code dy} of the output. */
    void backward(DeviceMemory dy, DeviceMemory dx) {
        for (int image = 0; image < images; image++) {
            dy.read((long) image * small.length, small, small.length);
            Arrays.fill(large, 0);
            for (int row = 0; row < height / 2; row++) {
                spreadRow(row, image * small.length);
            }
            dx.write((long) image * large.length, large, large.length);
        }
    }

    private void spreadRow(int row, int chosenAt) {
        int down = width * channels;
        int to = row * (width / 2) * channels;
        for (int column = 0; column < width / 2; column++) {
            int from = (2 * row * width + 2 * column) * channels;
            for (int c = 0; c < channels; c++, from++, to++) {
                int which = chosen[chosenAt + to];
                large[from + (which & 1) * down + (which >> 1) * channels] = small[to];
            }
        }
    }
}
