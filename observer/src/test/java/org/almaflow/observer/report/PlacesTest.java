package org.almaflow.observer.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
    @Test
    void linesWithRoomStayWhereTheyAreWanted() {
        assertThat(Places.apart(new double[] {10, 50, 90}, 20, 0, 100)).containsExactly(10, 50, 90);
    }

    @Test
    void linesAtOnePlaceAreSpreadWithinTheBounds() {
        assertThat(Places.apart(new double[] {95, 95, 95}, 20, 0, 100))
                .containsExactly(60, 80, 100);
        assertThat(Places.apart(new double[] {5, 5, 5}, 20, 10, 100)).containsExactly(10, 30, 50);
    }

    @Test
    void tooManyLinesGoOnBelow() {
        assertThat(Places.apart(new double[] {0, 0, 0}, 20, 0, 30)).containsExactly(0, 20, 40);
    }
}
