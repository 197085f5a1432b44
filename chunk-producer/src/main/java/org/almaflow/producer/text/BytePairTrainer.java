package org.almaflow.producer.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Trains byte pairs: merges the most frequent pair within words, again and again; of equally
 * frequent ones the pair of the smallest tokens. A pure function of text and size. Only words that
 * have the pair are looked at when it is merged, so that a merge costs little more than finding it.
 */
final class BytePairTrainer {
    /** A pair that comes once saves nothing. */
    private static final long LEAST = 2;

    /** A distinct word as tokens, and how often it comes. */
    private static final class Word {
        private int[] tokens;
        private final long count;

        private Word(int[] tokens, long count) {
            this.tokens = tokens;
            this.count = count;
        }
    }

    private final List<Word> words = new ArrayList<>();
    private final Map<Long, Long> counts = new HashMap<>();

    /** Words that have, or have had, a pair. */
    private final Map<Long, Set<Integer>> places = new HashMap<>();

    private BytePairTrainer(String text) {
        Map<String, Long> distinct = new LinkedHashMap<>();
        Words.of(text, word -> distinct.merge(word, 1L, Long::sum));
        distinct.forEach(
                (word, count) -> {
                    words.add(new Word(BytePairs.bytes(word), count));
                    count(words.size() - 1, 1);
                });
    }

    /** A vocabulary of {@code size} tokens; of fewer where no pair comes twice any more. */
    static BytePairs train(String text, int size) {
        BytePairTrainer trainer = new BytePairTrainer(text);
        List<int[]> merges = new ArrayList<>();
        while (BytePairs.BYTES + merges.size() < size && !trainer.counts.isEmpty()) {
            long pair = trainer.best();
            if (trainer.counts.get(pair) < LEAST) {
                break;
            }
            int[] merge = {(int) (pair >>> Integer.SIZE), (int) pair};
            trainer.merge(pair, merge, BytePairs.BYTES + merges.size());
            merges.add(merge);
        }
        return new BytePairs(merges);
    }

    private long best() {
        long best = -1;
        long most = 0;
        for (Map.Entry<Long, Long> entry : counts.entrySet()) {
            long count = entry.getValue();
            if (count > most || (count == most && entry.getKey() < best)) {
                best = entry.getKey();
                most = count;
            }
        }
        return best;
    }

    private void merge(long pair, int[] merge, int token) {
        for (int index : places.remove(pair)) {
            Word word = words.get(index);
            count(index, -1);
            word.tokens = BytePairs.merged(word.tokens, merge[0], merge[1], token);
            count(index, 1);
        }
    }

    /** Adds a word's pairs to the counts, or takes them away. */
    private void count(int index, int sign) {
        Word word = words.get(index);
        for (int i = 0; i + 1 < word.tokens.length; i++) {
            long pair = BytePairs.pair(word.tokens[i], word.tokens[i + 1]);
            counts.merge(pair, sign * word.count, BytePairTrainer::sumOrNone);
            if (sign > 0) {
                places.computeIfAbsent(pair, p -> new HashSet<>()).add(index);
            }
        }
    }

    private static Long sumOrNone(long a, long b) {
        return a + b == 0 ? null : a + b;
    }
}
