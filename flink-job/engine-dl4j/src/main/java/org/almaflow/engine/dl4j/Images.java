package org.almaflow.engine.dl4j;

import org.almaflow.learning.engine.Augmentation;
import org.almaflow.learning.network.InputSpec;

/**
 * Images of one shape on their way into a mini-batch: augmented, and from [channels, height, width]
 * as they are stored to [height, width, channels] as convolutions take them.
 */
final class Images {
    private final int channels;
    private final int height;
    private final int width;
    private final float[] image;
    private final float[] changed;

    /**
     * Images of that input.
     *
     * @throws IllegalArgumentException when it is no image
     */
    Images(InputSpec input) {
        if (input.shape().size() != 3) {
            throw new IllegalArgumentException(
                    "augmentation needs examples of shape [channels, height, width], not "
                            + input.shape());
        }
        channels = input.shape().get(0);
        height = input.shape().get(1);
        width = input.shape().get(2);
        image = new float[input.elements()];
        changed = new float[input.elements()];
    }

    /** Bytes of its own memory. */
    long bytes() {
        return (long) (image.length + changed.length) * Float.BYTES;
    }

    /** Elements of an image. */
    int elements() {
        return image.length;
    }

    /**
     * Changes the first {@code n} rows of a mini-batch in place; each row ends in 1.
     *
     * @param position of the first row's example in the order of the epoch
     * @throws IllegalArgumentException when they are to be changed and are no images
     */
    static void augment(
            InputSpec spec, DeviceMemory input, int n, int position, Augmentation augmentation) {
        if (augmentation.kind() != Augmentation.Kind.NONE) {
            new Images(spec).augment(input, n, position, augmentation);
        }
    }

    private void augment(DeviceMemory input, int rows, int position, Augmentation augmentation) {
        for (int row = 0; row < rows; row++) {
            long at = (long) row * (image.length + 1);
            input.read(at, image, image.length);
            augmentation.image(image, changed, position + row, channels, height, width);
            input.write(at, changed, image.length);
        }
    }

    /** Copies row {@code row} of a set to image {@code to} of a mini-batch, channels last. */
    void copy(
            ResidentExamples set,
            int row,
            DeviceMemory input,
            int to,
            int position,
            Augmentation augmentation) {
        set.features().read((long) row * (image.length + 1), image, image.length);
        float[] source = image;
        if (augmentation.kind() != Augmentation.Kind.NONE) {
            augmentation.image(image, changed, position, channels, height, width);
            source = changed;
        }
        float[] target = source == image ? changed : image;
        channelsLast(source, target);
        input.write((long) to * image.length, target, image.length);
    }

    private void channelsLast(float[] from, float[] to) {
        int pixels = height * width;
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < pixels; p++) {
                to[p * channels + c] = from[c * pixels + p];
            }
        }
    }
}
