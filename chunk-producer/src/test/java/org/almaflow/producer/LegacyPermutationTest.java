package org.almaflow.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers from NumPy 1.24: {@code numpy.random.RandomState(seed).permutation(n)}. */
class LegacyPermutationTest {

    @Test
    void beginsAsDocumentedForMnist() {
        assertThat(Arrays.copyOf(LegacyPermutation.of(432, 60_000), 8))
                .containsExactly(53990, 42028, 37124, 52694, 34169, 29280, 32982, 14993);
    }

    @Test
    void beginsAsDocumentedForCifar() {
        assertThat(Arrays.copyOf(LegacyPermutation.of(432, 50_000), 8))
                .containsExactly(10387, 32683, 41961, 29545, 13021, 39334, 49454, 20558);
    }

    /** CRC-32 of all numbers as little-endian int32. */
    @ParameterizedTest
    @CsvSource({
        "432, 60000, 2668609453",
        "432, 50000, 2013777709",
        "433, 60000, 2879349236",
        "432, 1, 558161692",
        "432, 2, 2844319735",
        "0, 10, 3650847690",
        "1, 17, 2708873483",
        "4294967295, 1000, 3393842573",
        "12345, 65536, 2726141170"
    })
    void equalsNumPyInEveryNumber(long seed, int n, long crc) {
        int[] permutation = LegacyPermutation.of(seed, n);

        ByteBuffer bytes = ByteBuffer.allocate(4 * n).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(permutation);
        CRC32 sum = new CRC32();
        sum.update(bytes);
        assertThat(sum.getValue()).isEqualTo(crc);
    }

    @Test
    void ofNothingIsNothing() {
        assertThat(LegacyPermutation.of(432, 0)).isEmpty();
    }
}
