package org.almaflow.producer.dataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Cuts data that has no holdout of its own into training part and holdout, one in six, the same way
 * each time. Both parts keep the order of the data.
 */
record Split<T>(List<T> train, List<T> holdout) {
    private static final int ONE_IN = 6;

    /** Seed of the shuffle that chooses rows. */
    static final long SEED = 432;

    /** Every sixth element; of two to five elements the last one; of one none. */
    static <T> Split<T> everySixth(List<T> data) {
        int last = data.size() < ONE_IN ? Math.max(1, data.size() - 1) : ONE_IN - 1;
        return by(data, i -> i % ONE_IN == last);
    }

    /**
     * floor(n / 6) elements, at least one: the first ones of the indices 0 … n-1 after {@link
     * Collections#shuffle(List, Random)} with {@code new Random(432)}.
     */
    static <T> Split<T> shuffled(List<T> data) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, data.size()).boxed().toList());
        Collections.shuffle(order, new Random(SEED));
        boolean[] chosen = new boolean[data.size()];
        order.subList(0, Math.max(1, data.size() / ONE_IN)).forEach(i -> chosen[i] = true);
        return by(data, i -> chosen[i]);
    }

    private static <T> Split<T> by(List<T> data, IntPredicate inHoldout) {
        Split<T> split = new Split<>(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < data.size(); i++) {
            (inHoldout.test(i) ? split.holdout : split.train).add(data.get(i));
        }
        return split;
    }
}
