package org.almaflow.producer.dataset;

import java.math.BigInteger;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Order of class names: label i is the i-th name. Names that are all whole numbers are ordered as
 * numbers (2 before 10), others by their characters.
 */
final class ClassOrder {
    private static final Comparator<String> NUMBERS =
            Comparator.<String, BigInteger>comparing(BigInteger::new)
                    .thenComparing(Comparator.naturalOrder());

    private ClassOrder() {}

    static List<String> of(Collection<String> names) {
        boolean numbers = names.stream().allMatch(name -> name.matches("[+-]?[0-9]+"));
        return names.stream()
                .distinct()
                .sorted(numbers ? NUMBERS : Comparator.naturalOrder())
                .toList();
    }
}
