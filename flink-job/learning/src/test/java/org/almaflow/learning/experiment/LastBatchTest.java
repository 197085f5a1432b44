package org.almaflow.learning.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LastBatchTest {
    @ParameterizedTest
    @CsvSource({
        "KEEP, 10, '4 4 2'",
        "DROP, 10, '4 4'",
        "MERGE, 10, '4 6'",
        "KEEP, 8, '4 4'",
        "DROP, 8, '4 4'",
        "MERGE, 8, '4 4'",
        "KEEP, 3, '3'",
        "DROP, 3, '3'",
        "MERGE, 3, '3'",
    })
    void miniBatchesOfFour(LastBatch rule, int rows, String expected) {
        List<Integer> sizes = new ArrayList<>();
        for (int from = 0; from < rows; ) {
            int to = rule.end(from, rows, 4);
            sizes.add(to - from);
            from = rule.next(to, rows, 4);
        }

        assertThat(String.join(" ", sizes.stream().map(String::valueOf).toList()))
                .isEqualTo(expected);
        assertThat(sizes.stream().mapToInt(n -> n).sum()).isEqualTo(rule.used(rows, 4));
    }
}
