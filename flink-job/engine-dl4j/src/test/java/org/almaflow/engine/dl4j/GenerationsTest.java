package org.almaflow.engine.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.almaflow.learning.engine.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a program that answers as nvidia-smi does; no GPU is needed. */
class GenerationsTest {
    @TempDir Path folder;

    private List<String> machineWith(String... capabilities) throws IOException {
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < capabilities.length; i++) {
            script.append("echo '%d, %s'%n".formatted(i, capabilities[i]));
        }
        return List.of("bash", Files.writeString(folder.resolve("smi"), script).toString());
    }

    @Test
    void hopperIsRefusedInOneSentence() throws IOException {
        List<String> program = machineWith("8.0", "9.0");
        assertThatThrownBy(() -> Generations.requireSupported(1, program))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("GPU 1 has compute capability 9.0")
                .hasMessageContaining("Kepler to Ampere")
                .hasMessageNotContaining("\n");
        assertThatCode(() -> Generations.requireSupported(0, program)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.5", "8.9", "9.0", "10.0", "12.0"})
    void onlyWhatTheLibraryHasIsUsed(String capability) throws IOException {
        List<String> program = machineWith(capability);
        assertThatThrownBy(() -> Generations.requireSupported(0, program))
                .hasMessageContaining(capability);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.7", "6.1", "7.5", "8.6"})
    void whatItHasIsUsed(String capability) throws IOException {
        List<String> program = machineWith(capability);
        assertThatCode(() -> Generations.requireSupported(0, program)).doesNotThrowAnyException();
    }

    @Test
    void withoutTheProgramNothingIsSaid() {
        assertThatCode(() -> Generations.requireSupported(0, List.of(folder + "/none")))
                .doesNotThrowAnyException();
        assertThat(Generations.cuda()).isFalse();
    }
}
