package org.almaflow.learning.engine;

/**
 * Which values dropout leaves out of a mini-batch: a pure function of a seed, of the position of an
 * example in the order of the epoch, of the place in the network and of the element there, so that
 * nothing is saved, and backward and a restart find the same. Every engine uses this one.
 *
 * @param share left out, in [0, 1)
 * @param seed of one epoch of one session: that of its {@link Augmentation}
 */
public record Dropout(double share, long seed) {
    /** Places in one network at most. */
    private static final int PLACES = 1 << 16;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final int BITS = 24;

    /**
     * Makes values 0 or divides them by the share that stays; for gradients just as for values.
     *
     * @param at where the values of one example begin, element 0 first
     * @param position of the example in the order of the epoch
     * @param place in a transformer: 0 after the sum of vectors, 2i + 1 after the attention of
     *     block i, 2i + 2 after its feed-forward part
     */
    public void apply(float[] values, int at, int count, int position, int place) {
        if (share == 0) {
            return;
        }
        long base = mix(seed + GOLDEN * ((long) position * PLACES + place + 1));
        long limit = (long) (share * (1 << BITS));
        float scale = (float) (1 / (1 - share));
        for (int i = 0; i < count; i++) {
            boolean left = mix(base + GOLDEN * (i + 1)) >>> (Long.SIZE - BITS) < limit;
            values[at + i] = left ? 0 : values[at + i] * scale;
        }
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
