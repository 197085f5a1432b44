package org.almaflow.learning.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedsTest {
    @Test
    void everyCoordinateChangesTheSeed() {
        Set<Long> seeds = new HashSet<>();
        for (long seed = 0; seed < 10; seed++) {
            for (Seeds.Purpose purpose : Seeds.Purpose.values()) {
                for (long a = 0; a < 10; a++) {
                    seeds.add(Seeds.derive(seed, purpose, a));
                    for (long b = 0; b < 10; b++) {
                        seeds.add(Seeds.derive(seed, purpose, a, b));
                    }
                }
            }
        }
        assertThat(seeds).hasSize(10 * Seeds.Purpose.values().length * 10 * 11);
    }

    @Test
    void aPermutationHoldsEveryNumberOnce() {
        int[] order = Seeds.permutation(1000, 5);

        assertThat(order).containsExactlyInAnyOrder(IntStream.range(0, 1000).toArray());
        assertThat(order).isNotEqualTo(IntStream.range(0, 1000).toArray());
        assertThat(order).isEqualTo(Seeds.permutation(1000, 5));
        assertThat(order).isNotEqualTo(Seeds.permutation(1000, 6));
    }

    @Test
    void everyPositionIsAsLikely() {
        int[] first = new int[4];
        for (long seed = 0; seed < 8000; seed++) {
            first[Seeds.permutation(4, Seeds.derive(seed, Seeds.Purpose.SHUFFLE))[0]]++;
        }
        // 2000 expected, standard deviation 39
        assertThat(java.util.Arrays.stream(first).boxed())
                .allSatisfy(n -> assertThat(n).isBetween(1800, 2200));
    }

    /** Stored results depend on these values; they must never change. */
    @Test
    void theValuesStayThoseOfTheFirstRelease() {
        assertThat(Seeds.permutation(8, 42)).containsExactly(PINNED_ORDER);
        assertThat(Seeds.derive(1, Seeds.Purpose.SHUFFLE, 0, 3, 7)).isEqualTo(PINNED_SEED);
    }

    private static final int[] PINNED_ORDER = {3, 4, 0, 6, 1, 5, 7, 2};
    private static final long PINNED_SEED = 495149283608031223L;
}
