package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.almaflow.producer.text.TextSettings;
import org.almaflow.producer.text.TextSettings.Tokens;
import org.almaflow.producer.text.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutFolderTest {
    @TempDir private Path folder;

    @Test
    void theVocabularyLiesBesideTheModelsThatItDecodesAndBesideNoOthers() throws Exception {
        Vocabulary vocabulary =
                Vocabulary.of("abracadabra", new TextSettings(Tokens.CHARACTERS, 0, 4, 0.1));
        Path file = folder.resolve("vocabulary.json");
        try (OutFolder out = OutFolder.take(folder)) {
            out.keep(Optional.of(vocabulary));
            assertThat(Vocabulary.read(Files.readString(file)).hash()).isEqualTo(vocabulary.hash());

            out.keep(Optional.empty());
            assertThat(file).doesNotExist();
        }
    }
}
