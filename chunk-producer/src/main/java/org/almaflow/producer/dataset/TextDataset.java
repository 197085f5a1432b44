package org.almaflow.producer.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.almaflow.producer.LegacyPermutation;
import org.almaflow.producer.text.ShuffledText;
import org.almaflow.producer.text.Vocabulary;

/**
 * Text as sequences of tokens. The training text is permuted in pieces ({@link ShuffledText}) by
 * the stream's seed, the vocabulary is that of its first 1/B (the text of the first of B chunks),
 * and all of it is tokenised once and cut into sequences of T + 1 tokens, each beginning with the
 * last token of the one before: every token but the first is a target once. What is left at the
 * end, fewer than T + 1 tokens, is left out. The holdout keeps its order.
 */
final class TextDataset {
    private final Path path;
    private final int length;

    private TextDataset(Path path, int sequence) {
        this.path = path;
        this.length = sequence + 1;
    }

    /**
     * Reads and tokenises text, and keeps its vocabulary in {@code cache} under its content hash.
     *
     * @throws DatasetException that names the file, and what is wrong
     */
    static Dataset read(Path path, DatasetRequest.Text request, DatasetCache cache) {
        TextFiles.Parts parts = TextFiles.read(path, request.settings().holdout());
        String train =
                ShuffledText.of(
                        parts.train(), pieces -> LegacyPermutation.of(request.seed(), pieces));
        int first = train.length() / Math.max(1, request.chunks());
        Vocabulary vocabulary =
                Vocabulary.of(
                        train.substring(0, ShuffledText.wholeCharacter(train, first)),
                        request.settings());
        TextDataset text = new TextDataset(path, request.settings().sequence());
        Dataset dataset =
                Dataset.ofText(
                        ClassFolders.name(path),
                        FeatureSpecs.text(text.length, vocabulary),
                        text.sequences("training", vocabulary.encode(train)),
                        text.sequences("holdout", vocabulary.encode(parts.holdout())),
                        vocabulary);
        keep(vocabulary, cache.vocabulary(vocabulary.hash()));
        return dataset;
    }

    private ExampleTable sequences(String which, int[] tokens) {
        int targets = length - 1;
        int count = Math.max(0, (tokens.length - 1) / targets);
        if (count == 0) {
            throw new DatasetException(
                    "%s: its %s text has %,d tokens, fewer than one sequence of %,d; add text or make stream.text.sequence smaller"
                            .formatted(path, which, tokens.length, length));
        }
        long bytes = (long) Integer.BYTES * count * length;
        if (bytes > Integer.MAX_VALUE - Long.BYTES) {
            throw new DatasetException(
                    "%s: %,d tokens are more than 2 GiB of sequences; take less text"
                            .formatted(path, tokens.length));
        }
        ByteBuffer features = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int s = 0; s < count; s++) {
            for (int i = 0; i < length; i++) {
                features.putInt(tokens[s * targets + i]);
            }
        }
        return new ExampleTable(features.array(), new int[0]);
    }

    /** Writes beside and renames, so that nobody reads half a file; the same hash is the same. */
    private static void keep(Vocabulary vocabulary, Path file) {
        if (Files.exists(file)) {
            return;
        }
        try {
            Files.createDirectories(file.getParent());
            Path part = Files.createTempFile(file.getParent(), "vocabulary", ".part");
            Files.writeString(part, vocabulary.json(), StandardCharsets.UTF_8);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new DatasetException(
                    "the vocabulary cannot be kept in %s: %s; choose another folder with --cache"
                            .formatted(file, Reasons.of(e)),
                    e);
        }
    }
}
