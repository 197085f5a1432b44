package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads WikiText-2 and tiny-shakespeare as they were published, where {@code shared/data} beside
 * the checkout has them; the repository holds neither.
 */
class PublishedTextTest {
    private static final Path DATA = Path.of("../../shared/data").toAbsolutePath().normalize();

    @TempDir Path temp;

    @Test
    void wikiTextIsTrainedOnItsTrainingSplitAndMeasuredOnItsValidationSplit() throws Exception {
        Path folder = there("wikitext-2");

        assertSplits(TextFiles.read(folder, 0.1), folder);
    }

    @Test
    void wikiTextUnderItsPublishedNamesIsTheSame() throws Exception {
        Path folder = there("wikitext-2");
        for (String split : new String[] {"train", "valid", "test"}) {
            Gzip.unpack(
                    folder.resolve(split + ".txt.gz"), temp.resolve("wiki." + split + ".tokens"));
        }

        assertSplits(TextFiles.read(temp, 0.1), folder);
    }

    @Test
    void tinyShakespeareIsHeldOutAtItsEnd() throws Exception {
        Path folder = there("tinyshakespeare");

        TextFiles.Parts parts = TextFiles.read(folder, 0.1);

        assertThat(parts.train()).startsWith("First Citizen:\n").hasSize(1_003_855);
        assertThat(parts.holdout()).hasSize(111_539);
        assertThat(parts.train() + parts.holdout())
                .isEqualTo(unpacked(folder.resolve("input.txt.gz")));
    }

    private static void assertSplits(TextFiles.Parts parts, Path folder) throws Exception {
        assertThat(parts.train()).isEqualTo(unpacked(folder.resolve("train.txt.gz")));
        assertThat(parts.holdout()).isEqualTo(unpacked(folder.resolve("valid.txt.gz")));
    }

    private static Path there(String name) {
        Path folder = DATA.resolve(name);
        assumeTrue(Files.isDirectory(folder), () -> folder + " is not there: nothing is read");
        return folder;
    }

    private static String unpacked(Path file) throws Exception {
        try (InputStream in = Gzip.open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
