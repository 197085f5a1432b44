package org.almaflow.observer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
    private record Choice(String name, double cost, double error) {}

    private static List<String> front(Choice... choices) {
        return ParetoFront.of(List.of(choices), Choice::cost, Choice::error).stream()
                .map(Choice::name)
                .toList();
    }

    @Test
    void leavesOutWhatAnotherBeats() {
        assertThat(
                        front(
                                new Choice("dear and good", 9, 1),
                                new Choice("beaten", 8, 3),
                                new Choice("middle", 5, 2),
                                new Choice("cheap", 1, 7)))
                .containsExactly("cheap", "middle", "dear and good");
    }

    @Test
    void anEqualCostIsBeatenByALowerError() {
        assertThat(front(new Choice("a", 1, 2), new Choice("b", 1, 1), new Choice("c", 2, 1)))
                .containsExactly("b");
    }

    @Test
    void equalsInBothStayTogether() {
        assertThat(front(new Choice("a", 1, 2), new Choice("b", 1, 2))).containsExactly("a", "b");
    }

    @Test
    void whatIsNotKnownIsNoChoice() {
        assertThat(front(new Choice("a", 1, Double.NaN), new Choice("b", 9, 2)))
                .containsExactly("b");
    }
}
