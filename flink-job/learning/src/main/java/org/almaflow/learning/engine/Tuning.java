package org.almaflow.learning.engine;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A way to compute faster on some devices, which changes the last digits of results, or more. */
public enum Tuning {
    /** Products and convolutions in bfloat16; weights, sums and statistics stay float32. */
    BF16("bf16"),
    /** Images are laid out with their channels last. */
    CHANNELS_LAST("channels-last");

    private final String label;

    Tuning(String label) {
        this.label = label;
    }

    /** As options write it. */
    public String label() {
        return label;
    }

    /**
     * Reads a list as options write it, such as {@code bf16,channels-last}.
     *
     * @throws IllegalArgumentException when a word is none of the labels
     */
    public static Set<Tuning> parse(String list) {
        Set<Tuning> found = EnumSet.noneOf(Tuning.class);
        for (String word : list.split(",")) {
            if (!word.isBlank()) {
                found.add(of(word.strip()));
            }
        }
        return found;
    }

    private static Tuning of(String label) {
        List<Tuning> all = Arrays.asList(values());
        return all.stream()
                .filter(t -> t.label.equals(label))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "'%s' is no tuning; choose of %s"
                                                .formatted(
                                                        label,
                                                        all.stream().map(Tuning::label).toList())));
    }
}
