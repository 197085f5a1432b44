package org.almaflow.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.almaflow.producer.text.TextSettings;
import org.almaflow.producer.text.TextSettings.Tokens;
import org.almaflow.producer.text.Vocabulary;
import org.almaflow.schemas.ElementType;
import org.almaflow.schemas.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextDatasetTest {
    private static final TextSettings CHARACTERS =
            new TextSettings(Tokens.CHARACTERS, 2048, 4, 0.2);

    @TempDir Path temp;

    @Test
    void cutsAFileIntoSequencesThatOverlapByOneToken() throws Exception {
        write("abc.txt", "abcabcabcabcabcabca" + "bcabX");

        Dataset dataset = load("abc.txt", new TextSettings(Tokens.CHARACTERS, 0, 4, 0.21), 1);

        assertThat(dataset.name()).isEqualTo("abc.txt");
        assertThat(dataset.spec().getTarget()).isEqualTo(Target.NEXT_TOKEN);
        assertThat(dataset.spec().getElementType()).isEqualTo(ElementType.INT32);
        assertThat(dataset.spec().getShape()).containsExactly(5);
        assertThat(dataset.spec().getClasses()).isEqualTo(4);
        assertThat(dataset.train().labels()).isEmpty();
        // 19 characters: 4 sequences of 4 targets, and 2 tokens that are left out.
        assertThat(tokens(dataset.train())).startsWith(1, 2, 3, 1, 2, 2, 3, 1, 2, 3);
        assertThat(tokens(dataset.holdout())).containsExactly(2, 3, 1, 2, 0);
        assertThat(tokens(dataset.train())).hasSize(20);
    }

    @Test
    void aCharacterThatTheFirstChunkDoesNotHaveIsTokenZero() throws Exception {
        write("t/train.txt", "ab".repeat(30) + "Ω".repeat(10) + "ab".repeat(30));
        write("t/valid.txt", "abΩab");

        Dataset dataset = load("t", CHARACTERS, 4);

        assertThat(tokens(dataset.holdout())).containsExactly(1, 2, 0, 1, 2);
        assertThat(dataset.spec().getClasses()).isEqualTo(3);
    }

    @Test
    void everyTrainingTokenButTheFirstIsATargetOnceInThePermutedText() throws Exception {
        String text =
                IntStream.range(0, 3000)
                        .mapToObj(i -> "line " + i)
                        .collect(Collectors.joining("\n"));
        write("t/train-1.txt", text);
        write("t/validation.txt", "line 5 and line 6 and more");

        Dataset dataset = load("t", new TextSettings(Tokens.BPE, 300, 16, 0.2), 8);

        Vocabulary vocabulary = dataset.vocabulary().orElseThrow();
        int[] tokens = tokens(dataset.train());
        int[] all =
                IntStream.range(0, tokens.length)
                        .filter(i -> i == 0 || i % 17 > 0)
                        .map(i -> tokens[i])
                        .toArray();
        String seen = vocabulary.decode(all);
        assertThat(seen.length()).isGreaterThan(text.length() - 17 * 6);
        assertThat(seen).isNotEqualTo(text.substring(0, seen.length()));
        assertThat(seen.lines().skip(1).limit(50)).allMatch(text::contains);
        for (int s = 1; s < tokens.length / 17; s++) {
            assertThat(tokens[17 * s]).isEqualTo(tokens[17 * s - 1]);
        }
    }

    @Test
    void theVocabularyIsThatOfTheFirstChunkAndIsKeptUnderItsHash() throws Exception {
        write("t/train.txt", "ab\n".repeat(4000));
        write("t/valid.txt", "ab\n".repeat(20));

        Dataset dataset = load("t", CHARACTERS, 3);

        String hash = dataset.spec().getVocabulary();
        assertThat(hash).isEqualTo(dataset.vocabulary().orElseThrow().hash());
        Path kept = temp.resolve("cache/vocabularies/" + hash + ".json");
        assertThat(Vocabulary.read(Files.readString(kept)).hash()).isEqualTo(hash);
        assertThat(load("t", CHARACTERS, 3).fingerprint()).isEqualTo(dataset.fingerprint());
    }

    @Test
    void readsPackedFilesOfAFolderAndHoldsOutItsEnd() throws Exception {
        pack("t/a.txt.gz", "aaaaaaaaaaaaaaaaaaaa");
        write("t/sub/b.md", "bbbbbbbbbbbbbbbbbbbb");
        write("t/picture.png", "no text");

        Dataset dataset = load("t", CHARACTERS, 1);

        // a.txt.gz comes before sub; 8 of 40 characters are held out.
        assertThat(tokens(dataset.train())).startsWith(1, 1, 1).endsWith(2, 2, 2);
        assertThat(tokens(dataset.holdout())).containsExactly(2, 2, 2, 2, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wiki.train.tokens wiki.valid.tokens wiki.test.tokens",
                "wiki.train.raw wiki.validation.raw wiki.test.raw",
                "wiki.train.txt dev.txt wiki.test.txt",
                "train/part-0 valid/part-0 test/part-0",
                "text/Train.md text/Dev.md text/holdout.md",
                "one.txt two.dev.txt a/test/three.txt",
                "train_1.text holdout_1.text test_1.text",
                "train.txt test.txt notes",
                "train.txt test.txt train.test.txt"
            })
    void takesWhatAPathCallsTrainingAndTheFirstOfValidHoldoutAndTest(String files)
            throws Exception {
        String[] paths = files.split(" ", -1);
        write("t/" + paths[0], "a".repeat(30));
        write("t/" + paths[1], "b".repeat(30));
        write("t/" + paths[2], paths[2].contains("train") ? "b".repeat(30) : "c".repeat(30));

        TextFiles.Parts parts = TextFiles.read(temp.resolve("t"), 0.1);

        assertThat(parts.train()).matches("a{30}");
        assertThat(parts.holdout()).matches("b+");
    }

    @Test
    void aWordInsideAnotherSaysNothing() throws Exception {
        write("t/contest.txt", "aaaaa");
        write("t/invalid.txt", "bbbbb");
        write("t/latest/strain", "ccccc");

        assertThat(TextFiles.read(temp.resolve("t"), 0.2).train()).isEqualTo("aaaaabbbbbcc");
    }

    @Test
    void whatTheFolderItselfIsCalledSaysNothing() throws Exception {
        write("test/a.txt", "aaaaabbbbb");

        assertThat(TextFiles.read(temp.resolve("test"), 0.5))
                .isEqualTo(new TextFiles.Parts("aaaaa", "bbbbb"));
    }

    @Test
    void testTextAloneIsNotTrainedOn() throws Exception {
        write("t/wiki.test.tokens", "abcdefghijklmnop");
        write("t/wiki.dev.tokens", "abcdefghijklmnop");

        assertThatThrownBy(() -> TextFiles.read(temp.resolve("t"), 0.1))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("holds nothing to train on")
                .hasMessageContaining("wiki.dev.tokens; call one train");
    }

    @Test
    void aFileWithoutEndingIsTextWhenItBeginsAsText() throws Exception {
        pack("t/packed.gz", "é".repeat(5000));
        write("t/plain", "x" + "é".repeat(5000));
        Files.write(temp.resolve("t/latin"), bytes("", "für"));
        write("t/zeros", "abc\0");

        TextFiles.Parts parts = TextFiles.read(temp.resolve("t"), 0.5);

        assertThat(parts.train() + parts.holdout())
                .isEqualTo("é".repeat(5000) + "x" + "é".repeat(5000));
    }

    @Test
    void aTextShorterThanASequenceIsRefusedWithWhatWouldHelp() throws Exception {
        write("short.txt", "abcdefgh");
        write("t/train.txt", "abcdefghijklmnop");
        write("t/valid.txt", "abcd");

        assertThatThrownBy(
                        () -> load("short.txt", new TextSettings(Tokens.CHARACTERS, 0, 9, 0.1), 1))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("training text has 8 tokens, fewer than one sequence of 10")
                .hasMessageContaining("stream.text.sequence");
        assertThatThrownBy(() -> load("t", CHARACTERS, 1))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("holdout text has 4 tokens, fewer than one sequence of 5");
    }

    @Test
    void mixedEncodingsAreRefusedWithFileByteAndPlace() throws Exception {
        Files.write(temp.resolve("mixed.txt"), bytes("für", "für"));

        assertThatThrownBy(() -> load("mixed.txt", CHARACTERS, 1))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(
                        "mixed.txt: is no UTF-8 text: byte 0xfc at 5 does not belong");
    }

    @Test
    void aByteOrderMarkIsNoText() throws Exception {
        write("marked.txt", "\uFEFFabcdefghijklmnopqrstuvwxy");

        assertThat(load("marked.txt", CHARACTERS, 1).spec().getClasses()).isEqualTo(21);
    }

    @Test
    void namesAFolderWithoutTextAndAPathThatIsNotThere() throws Exception {
        Files.createDirectories(temp.resolve("empty"));

        assertThatThrownBy(() -> load("empty", CHARACTERS, 1))
                .hasMessageContaining("holds no text");
        assertThatThrownBy(() -> load("gone", CHARACTERS, 1))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("is no existing path");
    }

    private static byte[] bytes(String utf8, String latin1) {
        byte[] first = utf8.getBytes(StandardCharsets.UTF_8);
        byte[] second = latin1.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }

    private static int[] tokens(ExampleTable table) {
        int[] tokens = new int[table.features().length / Integer.BYTES];
        ByteBuffer.wrap(table.features()).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(tokens);
        return tokens;
    }

    private Dataset load(String path, TextSettings settings, int chunks) {
        return Datasets.load(
                new DatasetRequest(
                        temp.resolve(path).toString(),
                        "",
                        temp.resolve("cache"),
                        Optional.of(new DatasetRequest.Text(settings, chunks, 432))));
    }

    private void write(String name, String text) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void pack(String name, String text) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
