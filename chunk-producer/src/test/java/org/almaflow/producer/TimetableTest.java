package org.almaflow.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimetableTest {

    @TempDir Path dir;

    private ArrivalSchedule read(String text) throws IOException {
        return ArrivalSchedule.timetable(Files.writeString(dir.resolve("times.csv"), text));
    }

    @Test
    void readsSeconds() throws Exception {
        ArrivalSchedule schedule = read("0.5\n2\n2\n1e1\n");

        assertThat(schedule.offset(1)).isEqualTo(Duration.ofMillis(500));
        assertThat(schedule.offset(3)).isEqualTo(Duration.ofSeconds(2));
        assertThat(schedule.offset(4)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void readsInstantsFromTheFirst() throws Exception {
        ArrivalSchedule schedule =
                read(
                        """
                        time

                        2026-01-01T00:00:00Z
                        "2026-01-01T00:00:00.250Z"
                        2026-01-02T00:00:00Z
                        """);

        assertThat(schedule.offset(1)).isZero();
        assertThat(schedule.offset(2)).isEqualTo(Duration.ofMillis(250));
        assertThat(schedule.offset(3)).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void hasATimeForEveryChunkAndNoMore() throws Exception {
        ArrivalSchedule schedule = read("seconds\n1\n2\n");

        assertThatCode(() -> schedule.check(2)).doesNotThrowAnyException();
        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> schedule.check(3))
                .withMessageStartingWith("the timetable has 2 times for 3 chunks");
        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> schedule.check(1))
                .withMessageStartingWith("the timetable has 2 times for 1 chunks");
    }

    @Test
    void hasAnEndAndALoopHasNone() throws Exception {
        ArrivalSchedule schedule = read("1\n2\n");

        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> schedule.check(0))
                .withMessageContaining("--loop");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1;0.5     | row 2: '0.5' is earlier",
                "-1        | row 1: '-1' is earlier",
                "t;1;x     | row 3: 'x' is neither",
                "t;NaN     | row 2: 'NaN' is neither",
                "1,2       | row 1: it has 2 columns",
                "1;2026-01-01T00:00:00Z | row 2: instants and seconds are mixed",
                "2026-01-01T00:00:00Z;5 | row 2: instants and seconds are mixed",
                "2026-01-01T00:00:01Z;2026-01-01T00:00:00Z | row 2: '2026-01-01T00:00:00Z' is"
                        + " earlier"
            })
    void namesTheRowThatIsWrong(String rows, String message) {
        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> read(rows.strip().replace(';', '\n')))
                .withMessageContaining(message)
                .withMessageContaining("times.csv");
    }

    @Test
    void saysThatAFileCannotBeRead() {
        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> ArrivalSchedule.timetable(dir.resolve("none.csv")))
                .withMessageContaining("none.csv (NoSuchFileException)");
    }
}
