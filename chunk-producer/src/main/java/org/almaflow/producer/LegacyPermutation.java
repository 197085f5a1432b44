package org.almaflow.producer;

/**
 * The permutations of NumPy's legacy generator: {@code
 * numpy.random.RandomState(seed).permutation(n)}, number for number.
 *
 * <p>MT19937 (Matsumoto and Nishimura 1998) with scalar seeding; a Fisher-Yates shuffle from the
 * end whose draws are 32-bit outputs under the smallest covering mask, repeated until in range.
 */
public final class LegacyPermutation {

    private static final int STATE = 624;
    private static final int SHIFT = 397;
    private static final int MATRIX = 0x9908B0DF;
    private static final int UPPER = 0x80000000;
    private static final int LOWER = 0x7FFFFFFF;

    private final int[] state = new int[STATE];
    private int next = STATE;

    private LegacyPermutation(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < STATE; i++) {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /**
     * A permutation of 0 .. n - 1.
     *
     * @param seed in [0, 2^32)
     */
    public static int[] of(long seed, int n) {
        LegacyPermutation random = new LegacyPermutation(seed);
        int[] values = new int[n];
        for (int i = 0; i < n; i++) {
            values[i] = i;
        }
        for (int i = n - 1; i >= 1; i--) {
            int j = random.upTo(i);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
        return values;
    }

    private int upTo(int max) {
        int mask = -1 >>> Integer.numberOfLeadingZeros(max);
        int value = draw() & mask;
        while (value > max) {
            value = draw() & mask;
        }
        return value;
    }

    private int draw() {
        if (next == STATE) {
            regenerate();
            next = 0;
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >>> 18);
    }

    private void regenerate() {
        for (int i = 0; i < STATE; i++) {
            int y = (state[i] & UPPER) | (state[(i + 1) % STATE] & LOWER);
            int odd = (y & 1) == 0 ? 0 : MATRIX;
            state[i] = state[(i + SHIFT) % STATE] ^ (y >>> 1) ^ odd;
        }
    }
}
