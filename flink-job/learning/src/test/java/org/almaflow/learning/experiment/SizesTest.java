package org.almaflow.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({"1, 1", "64M, 67108864", "2g, 2147483648", "16 KiB, 16384", "1T, 1099511627776"})
    void sizesAreBytes(String text, long bytes) {
        assertThat(Sizes.bytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "1.5G", "M", "lots", "9000000000000T", "1e9", ""})
    void othersAreAnsweredWithWhatWouldBeRight(String text) {
        assertThatThrownBy(() -> Sizes.bytes(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining("512M");
    }
}
