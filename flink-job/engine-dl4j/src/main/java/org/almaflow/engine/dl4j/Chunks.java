package org.almaflow.engine.dl4j;

/**
 * Heap arrays through which plain loops go over device memory piece by piece; shared by all layers
 * of a program, none of which keeps anything in them.
 */
final class Chunks {
    /** Values of a piece that stays in the first-level cache together with its companions. */
    private static final int VALUES = 4096;

    private final int length;

    /** Pieces of memory. */
    final float[] x;

    final float[] g;

    /** Values of each channel, repeated; or sums that are added up over the channels at the end. */
    final float[] a;

    final float[] b;
    final float[] c;
    final float[] sum;
    final float[] product;

    /** Arrays for layers of so many channels at most. */
    Chunks(int mostChannels) {
        length = Math.max(VALUES, mostChannels);
        x = new float[length];
        g = new float[length];
        a = new float[length];
        b = new float[length];
        c = new float[length];
        sum = new float[length];
        product = new float[length];
    }

    /** Bytes of all arrays. */
    long bytes() {
        return 7L * length * Float.BYTES;
    }

    /** Length of a piece of whole pixels. */
    int pixels(int channels) {
        return length - length % channels;
    }

    /** Fills {@code tile} with the channels' values again and again. */
    void tile(float[] channels, float[] tile) {
        for (int at = 0; at + channels.length <= length; at += channels.length) {
            System.arraycopy(channels, 0, tile, at, channels.length);
        }
    }

    /** Adds up the elements of {@code tile} that belong to each channel. */
    double[] channelSums(float[] tile, int channels) {
        double[] sums = new double[channels];
        for (int i = 0; i < pixels(channels); i++) {
            sums[i % channels] += tile[i];
        }
        return sums;
    }
}
