package org.almaflow.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientPropertiesTest {

    @TempDir Path dir;

    @Test
    void readsAFileAsKafkaDoes() throws Exception {
        Path file = Files.writeString(dir.resolve("p"), "# a comment\nsecurity.protocol=SSL\n");

        assertThat(ClientProperties.read(file)).containsOnly(Map.entry("security.protocol", "SSL"));
    }

    @Test
    void saysThatAFileCannotBeRead() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientProperties.read(dir.resolve("none")))
                .withMessageContaining("none (NoSuchFileException)");
    }

    @Test
    void theAddressGivenWins() {
        assertThat(ClientProperties.of("a:1", Map.of("bootstrap.servers", "b:2", "x", "y")))
                .containsOnly(Map.entry("bootstrap.servers", "a:1"), Map.entry("x", "y"));
    }
}
