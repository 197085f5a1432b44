package org.almaflow.learning.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.almaflow.learning.engine.Examples;
import org.almaflow.learning.network.ElementType;
import org.almaflow.learning.network.InputSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitTest {
    /** Example i has the single feature i and the label i. */
    private static Examples numbered(int n) {
        byte[] features = new byte[n];
        for (int i = 0; i < n; i++) {
            features[i] = (byte) i;
        }
        InputSpec input = new InputSpec(ElementType.UINT8, List.of(1), List.of(), List.of());
        return new Examples(input, 256, ByteBuffer.wrap(features), IntStream.range(0, n).toArray());
    }

    @ParameterizedTest
    @CsvSource({
        "1200, 0.1, 120",
        "9, 0.1, 0",
        "10, 0.1, 1",
        "100, 0.29, 29",
        "1, 0.9, 0",
        "0, 0.1, 0",
        "7, 0, 0"
    })
    void theShareIsRoundedDown(int n, double share, int validation) {
        Split split = Split.of(numbered(n), 1, share, 0);

        assertThat(split.validation().count()).isEqualTo(validation);
        assertThat(split.train().count()).isEqualTo(n - validation);
    }

    @Test
    void everyExampleIsOnOneSideWithItsLabel() {
        Split split = Split.of(numbered(100), 3, 0.2, 5);

        Examples all = Examples.concat(List.of(split.train(), split.validation()));
        assertThat(all.labels()).containsExactlyInAnyOrder(IntStream.range(0, 100).toArray());
        for (int i = 0; i < all.count(); i++) {
            assertThat(all.features().get(i)).isEqualTo((byte) all.labels()[i]);
        }
    }

    @Test
    void aChunkIsAlwaysSplitTheSameWay() {
        int[] once = Split.of(numbered(100), 3, 0.2, 5).validation().labels();

        assertThat(Split.of(numbered(100), 3, 0.2, 5).validation().labels()).isEqualTo(once);
        assertThat(Split.of(numbered(100), 4, 0.2, 5).validation().labels()).isNotEqualTo(once);
        assertThat(Split.of(numbered(100), 3, 0.2, 6).validation().labels()).isNotEqualTo(once);
    }
}
