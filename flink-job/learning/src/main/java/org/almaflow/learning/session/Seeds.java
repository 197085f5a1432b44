package org.almaflow.learning.session;

import java.util.SplittableRandom;

/**
 * Where randomness comes from: a pure function of a seed and of what it is for, so that no
 * generator has to be saved. Mixes with the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
 */
public final class Seeds {
    private Seeds() {}

    /** What a random number is used for. */
    public enum Purpose {
        /** Split of a chunk into training and validation rows: by chunk. */
        SPLIT(1),
        /** Initial weights: by member and, from scratch, session. */
        WEIGHTS(2),
        /** Order of the training rows: by member, session and epoch. */
        SHUFFLE(3),
        /** Weights of new gates: by member and session. */
        GROWTH(4),
        /** Which remembered examples are replayed: by session. */
        REPLAY(5),
        /** Changes of the training examples: by member, session and epoch. */
        AUGMENT(6),
        /**
         * Which parts of chunks a training set larger than memory goes through together: by member,
         * session and epoch.
         */
        WINDOW(21);

        private final long code;

        Purpose(long code) {
            this.code = code;
        }
    }

    /** A seed for {@code purpose}, different for different coordinates. */
    public static long derive(long seed, Purpose purpose, long... coordinates) {
        long mixed = mix(seed ^ mix(purpose.code));
        for (long c : coordinates) {
            mixed = mix(mixed + 0x9E3779B97F4A7C15L * (c + 1));
        }
        return mixed;
    }

    /** The numbers 0..n−1 in random order (Fisher-Yates). */
    public static int[] permutation(int n, long seed) {
        int[] order = new int[n];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
