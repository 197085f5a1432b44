package org.almaflow.learning.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/**
 * Any bytes are a model or are refused with an {@link IllegalArgumentException}; what is read is
 * written and read again as the same network.
 */
class SafetensorsFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void aModelFile(byte[] file) {
        try {
            Safetensors.Model model = Safetensors.read(file);
            NetworkSpec again = Safetensors.read(Safetensors.write(model)).network();
            assertThat(again).isEqualTo(model.network());
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }

    @FuzzTest(maxDuration = "15s")
    void aNetworkInJson(byte[] utf8) {
        try {
            NetworkSpec spec = NetworkJson.read(new String(utf8, StandardCharsets.UTF_8));
            assertThat(NetworkJson.read(NetworkJson.write(spec))).isEqualTo(spec);
            assertThat(spec.parameters()).isPositive().isLessThanOrEqualTo(spec.values());
            assertThat(spec.tensors()).isNotEmpty();
            assertThat(spec.input().elements()).isPositive();
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("(?s).+");
        }
    }
}
