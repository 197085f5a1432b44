package org.almaflow.producer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
    private static final TextSettings CHARACTERS = TextSettings.STANDARD;
    private static final TextSettings PAIRS =
            new TextSettings(TextSettings.Tokens.BPE, 270, 8, 0.1);

    @Test
    void charactersAreAscendingCodePointsAndZeroIsAnyOther() {
        Vocabulary vocabulary = Vocabulary.of("banana 🍌", CHARACTERS);

        assertThat(vocabulary.size()).isEqualTo(6);
        assertThat(vocabulary.encode("nab 🍌")).containsExactly(4, 2, 3, 1, 5);
        assertThat(vocabulary.encode("cab")).containsExactly(0, 2, 3);
        assertThat(vocabulary.decode(vocabulary.encode("cab🍌"))).isEqualTo("\uFFFDab🍌");
    }

    @Test
    void mostFrequentPairsAreMergedFirstAndOfEqualOnesTheSmallest() {
        Vocabulary vocabulary = Vocabulary.of("abab abab cd", PAIRS);

        // ab comes four times; then abab and ' ' + abab twice and once; cd only once.
        assertThat(vocabulary.size()).isEqualTo(258);
        assertThat(vocabulary.encode("abab")).containsExactly(257);
        assertThat(vocabulary.encode("abba")).containsExactly(256, 'b', 'a');
        assertThat(vocabulary.encode("cd")).containsExactly('c', 'd');
    }

    @Test
    void trainingGivesWhatCountingEveryPairAnewGives() {
        String text = words(new Random(7), 400);
        List<int[]> slow = new ArrayList<>();
        List<int[]> words = new ArrayList<>();
        Words.of(text, word -> words.add(BytePairs.bytes(word)));
        while (slow.size() < 60) {
            int token = BytePairs.BYTES + slow.size();
            long best =
                    words.stream()
                            .flatMap(
                                    w ->
                                            IntStream.range(0, w.length - 1)
                                                    .mapToObj(i -> BytePairs.pair(w[i], w[i + 1])))
                            .collect(Collectors.groupingBy(p -> p, Collectors.counting()))
                            .entrySet()
                            .stream()
                            .max(
                                    (a, b) ->
                                            a.getValue().equals(b.getValue())
                                                    ? Long.compare(b.getKey(), a.getKey())
                                                    : Long.compare(a.getValue(), b.getValue()))
                            .orElseThrow()
                            .getKey();
            int[] merge = {(int) (best >>> 32), (int) best};
            slow.add(merge);
            words.replaceAll(w -> BytePairs.merged(w, merge[0], merge[1], token));
        }
        assertThat(BytePairTrainer.train(text, 316).json()).isEqualTo(new BytePairs(slow).json());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\n  a", "a  b", "日本語 text ünd 🍌!!", "x1y2 ", "\t =\r\n"})
    void bytePairsGiveBackEveryText(String text) {
        Vocabulary vocabulary = Vocabulary.of("a text and another text ünd 日本語", PAIRS);

        assertThat(vocabulary.decode(vocabulary.encode(text))).isEqualTo(text);
        assertThat(Arrays.stream(vocabulary.encode(text)))
                .allMatch(t -> t >= 0 && t < vocabulary.size());
    }

    @Test
    void wordsAreTheTextAndNoneIsLong() {
        String text = words(new Random(3), 50) + "z".repeat(1000) + " ".repeat(501) + "end";
        List<String> words = new ArrayList<>();
        Words.of(text, words::add);

        assertThat(String.join("", words)).isEqualTo(text);
        assertThat(words).allMatch(w -> w.length() <= Words.LONGEST + 1);
        assertThat(words).contains(" end");
    }

    @Test
    void jsonGivesTheSameVocabularyWithTheSameHash() {
        for (TextSettings settings : List.of(CHARACTERS, PAIRS)) {
            Vocabulary vocabulary = Vocabulary.of("some text and some more text 🍌", settings);
            Vocabulary read = Vocabulary.read(vocabulary.json());

            assertThat(read.hash()).isEqualTo(vocabulary.hash()).hasSize(64);
            assertThat(read.encode("more 🍌")).isEqualTo(vocabulary.encode("more 🍌"));
        }
        assertThat(Vocabulary.of("ab", CHARACTERS).hash())
                .isNotEqualTo(Vocabulary.of("ac", CHARACTERS).hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "nothing",
                "{\"kind\":\"bpe\",\"version\":1,\"tokens\":[[1,256]]}",
                "{\"kind\":\"bpe\",\"version\":1,\"tokens\":[[1,2],[1,2]]}",
                "{\"kind\":\"bpe\",\"version\":2,\"tokens\":[]}",
                "{\"kind\":\"words\",\"version\":1,\"tokens\":[]}"
            })
    void whatIsNoVocabularyIsRefused(String json) {
        assertThatThrownBy(() -> Vocabulary.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no vocabulary");
    }

    private static String words(Random random, int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        i ->
                                random.ints(2 + random.nextInt(5), 'a', 'h')
                                        .mapToObj(Character::toString)
                                        .collect(Collectors.joining()))
                .collect(Collectors.joining(" "));
    }
}
