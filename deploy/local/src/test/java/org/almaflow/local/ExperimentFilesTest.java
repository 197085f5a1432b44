package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every experiment that is delivered can be read. */
class ExperimentFilesTest {
    private static final Path FOLDER = Path.of("..", "experiments");

    @TempDir private Path temp;

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void isRight(String file) {
        ExperimentFile read = ExperimentFile.read(FOLDER.resolve(file));

        assertThat(read.experiment().learners()).isNotEmpty();
        assertThat(file).startsWith(read.experiment().name());
    }

    /** Its text has the size it was measured with, and comes from nowhere but beside it. */
    @Test
    void textFamiliesAreTrainedOnTheTextBesideTheirFile() throws IOException {
        Path dataset = dataset(FOLDER.resolve("text-families.yaml"));

        assertThat(dataset).isEqualTo(FOLDER.resolve("text").toAbsolutePath().normalize());
        int characters = 0;
        for (String file : List.of("decisions.txt", "guides.txt")) {
            characters += Files.readString(dataset.resolve(file)).length();
        }
        assertThat(characters).isBetween(169_000, 171_000);
        assertThat(dataset.toFile().list()).hasSize(2);
    }

    @Test
    void onlyADatasetThatBeginsWithADotLiesBesideTheFile() throws IOException {
        String text = Files.readString(FOLDER.resolve("text-families.yaml"));
        Path own = Files.writeString(temp.resolve("own.yaml"), text.replace("./text", "text"));

        assertThat(dataset(own)).isEqualTo(Path.of("text"));

        Files.writeString(own, text);
        ExperimentFile copied = ExperimentFile.read(own);
        assertThat(copied.text()).contains(temp.resolve("text").toAbsolutePath().toString());
    }

    private static Path dataset(Path file) {
        return Path.of(ExperimentFile.read(file).experiment().stream().dataset());
    }
}
