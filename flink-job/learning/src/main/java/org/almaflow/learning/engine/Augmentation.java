package org.almaflow.learning.engine;

import java.util.SplittableRandom;

/**
 * How training examples are changed at random: a pure function of the seed and the position of an
 * example in the order of the epoch, so that an epoch goes on after a restart with the same
 * changes.
 *
 * @param seed of one epoch of one session
 */
public record Augmentation(Kind kind, long seed) {
    /** Examples as they are. */
    public static final Augmentation NONE = new Augmentation(Kind.NONE, 0);

    /** Pixels added at each side. */
    public static final int PAD = 4;

    /** Value of an added pixel, after normalisation. */
    public static final float PADDING = -1.9f;

    private static final long SPREAD = 0xD1342543DE82EF95L;

    /** What is done to an example. */
    public enum Kind {
        /** Nothing. */
        NONE("none"),
        /** An image is padded, cropped at random to its size and flipped with probability 1/2. */
        PAD_CROP_FLIP("pad-crop-flip");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** As experiments write it. */
        public String label() {
            return label;
        }
    }

    /**
     * A crop: its pixel (y, x) is pixel (y + down, x + right) of the image, counted from the other
     * side when flipped, or padding where that is not in the image.
     */
    public record Crop(int down, int right, boolean flip) {
        /** Index on an axis of {@code size} that the crop's {@code x} is taken from. */
        public int column(int x, int size) {
            return (flip ? size - 1 - x : x) + right;
        }
    }

    /** The crop for the example at {@code position} in the order of the epoch. */
    public Crop crop(int position) {
        SplittableRandom random = new SplittableRandom(seed ^ ((position + 1) * SPREAD));
        int down = random.nextInt(2 * PAD + 1) - PAD;
        int right = random.nextInt(2 * PAD + 1) - PAD;
        return new Crop(down, right, random.nextBoolean());
    }

    /**
     * Copies an image [channels, height, width] from {@code from} to {@code to}, changed as the
     * example at {@code position} is to be.
     */
    public void image(float[] from, float[] to, int position, int channels, int height, int width) {
        Crop crop = crop(position);
        for (int row = 0; row < channels * height; row++) {
            int y = row % height + crop.down();
            int source = (row - row % height + y) * width;
            for (int x = 0; x < width; x++) {
                int column = crop.column(x, width);
                boolean inside = y >= 0 && y < height && column >= 0 && column < width;
                to[row * width + x] = inside ? from[source + column] : PADDING;
            }
        }
    }
}
