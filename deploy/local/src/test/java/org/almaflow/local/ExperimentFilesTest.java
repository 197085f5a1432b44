package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every experiment that is delivered can be read. */
class ExperimentFilesTest {
    private static final Path FOLDER = Path.of("..", "experiments");

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void isRight(String file) {
        ExperimentFile read = ExperimentFile.read(FOLDER.resolve(file));

        assertThat(read.experiment().learners()).isNotEmpty();
        assertThat(file).startsWith(read.experiment().name());
    }
}
