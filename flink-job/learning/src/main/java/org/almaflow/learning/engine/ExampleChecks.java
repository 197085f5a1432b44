package org.almaflow.learning.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.almaflow.learning.network.InputSpec;

/** What every engine refuses of examples, in the same words. */
public final class ExampleChecks {
    private ExampleChecks() {}

    /**
     * Refuses examples that cannot stand behind those of {@code set}.
     *
     * @param capacity examples that the set has room for
     * @throws IllegalArgumentException as {@link ExampleSet#append} says
     */
    public static void requireAppendable(ExampleSet set, int capacity, Examples examples) {
        if (!examples.input().equals(set.input()) || examples.classes() != set.classes()) {
            throw new IllegalArgumentException(
                    "examples of %s and %d classes are not of %s and %d classes as those before"
                            .formatted(
                                    examples.input(),
                                    examples.classes(),
                                    set.input(),
                                    set.classes()));
        }
        if (examples.count() > capacity - set.count()) {
            throw new IllegalArgumentException(
                    "there is room for %d examples, not for %d"
                            .formatted(capacity - set.count(), examples.count()));
        }
        if (set.input().tokens()) {
            requireTokens(examples);
        }
        for (int label : examples.labels()) {
            if (label < 0 || label >= set.classes()) {
                throw new IllegalArgumentException(
                        "label " + label + " is not in [0, " + set.classes() + ")");
            }
        }
    }

    /** Refuses what is outside the vocabulary. */
    private static void requireTokens(Examples examples) {
        ByteBuffer tokens = examples.features().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tokens.limit() / Integer.BYTES; i++) {
            int token = tokens.getInt(i * Integer.BYTES);
            if (token < 0 || token >= examples.classes()) {
                throw new IllegalArgumentException(
                        "token %d of example %d is not in [0, %d)"
                                .formatted(
                                        token,
                                        i / examples.input().elements(),
                                        examples.classes()));
            }
        }
    }

    /** Refuses a set that a network of that input and number of classes cannot be fed. */
    public static void requireFit(ExampleSet set, InputSpec input, int classes) {
        if (set.input().elements() != input.elements() || set.classes() != classes) {
            throw new IllegalArgumentException(
                    "examples of shape %s and %d classes do not fit a network for shape %s and %d classes"
                            .formatted(set.input().shape(), set.classes(), input.shape(), classes));
        }
    }

    /**
     * Refuses to compute logits of examples that are sequences of tokens.
     *
     * @throws IllegalStateException naming what would be right
     */
    public static void requireClasses(InputSpec input) {
        if (input.tokens()) {
            throw new IllegalStateException(
                    "the network predicts tokens, not classes; ask for targets");
        }
    }

    /** Refuses a mini-batch {@code rows[from..to)} that is empty or not in the set. */
    public static void requireRows(ExampleSet set, int[] rows, int from, int to) {
        Objects.checkFromToIndex(from, to, rows.length);
        if (from == to) {
            throw new IllegalArgumentException("a mini-batch needs 1 example or more");
        }
        for (int i = from; i < to; i++) {
            Objects.checkIndex(rows[i], set.count());
        }
    }
}
