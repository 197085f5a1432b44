package org.almaflow.engine.torch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.almaflow.learning.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a program that answers as nvidia-smi does; no GPU is needed. */
class CapabilityTest {
    @ParameterizedTest
    @ValueSource(strings = {"7.0", "6.1", "3.7"})
    void anOlderGpuThanTheLibraryHasCodeForIsRefusedInOneSentence(String capability) {
        List<String> program = List.of("printf", "0, 9.0\\n1, " + capability + "\\n");

        assertThatThrownBy(() -> Natives.requireSupported(1, program))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("GPU 1 has compute capability " + capability)
                .hasMessageNotContaining("\n");
        assertThatCode(() -> Natives.requireSupported(0, program)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7.5", "8.9", "9.0", "10.0", "12.0"})
    void aNewerOneIsUsed(String capability) {
        List<String> program = List.of("echo", "0, " + capability);

        assertThatCode(() -> Natives.requireSupported(0, program)).doesNotThrowAnyException();
    }

    @Test
    void whereNothingIsSaidLibTorchHasTheWord() {
        for (List<String> program :
                List.of(List.of("/there/is/no/such"), List.of("false"), List.of("echo", "no"))) {
            assertThatCode(() -> Natives.requireSupported(0, program)).doesNotThrowAnyException();
        }
    }
}
