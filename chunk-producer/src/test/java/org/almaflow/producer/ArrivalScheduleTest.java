package org.almaflow.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArrivalScheduleTest {

    private static final Duration MEAN = Duration.ofSeconds(2);

    @Test
    void fixedIsEvenlySpacedFromTheStart() {
        ArrivalSchedule schedule = ArrivalSchedule.fixed(Duration.ofMillis(1500));

        assertThat(LongStream.rangeClosed(1, 3).mapToObj(schedule::offset))
                .containsExactly(Duration.ZERO, Duration.ofMillis(1500), Duration.ofSeconds(3));
    }

    @Test
    void asFastAsPossibleNeverWaits() {
        assertThat(ArrivalSchedule.asFastAsPossible().offset(1_000_000)).isZero();
    }

    @Test
    void poissonDependsOnlyOnSeedAndIndex() {
        ArrivalSchedule schedule = ArrivalSchedule.poisson(MEAN, 7);
        Duration tenth = schedule.offset(10);
        Duration fifth = schedule.offset(5);

        assertThat(schedule.offset(10)).isEqualTo(tenth).isGreaterThan(fifth);
        assertThat(ArrivalSchedule.poisson(MEAN, 7).offset(5)).isEqualTo(fifth);
        assertThat(ArrivalSchedule.poisson(MEAN, 8).offset(5)).isNotEqualTo(fifth);
        assertThat(schedule.offset(1)).isZero();
    }

    @Test
    void poissonGapsAreExponential() {
        ArrivalSchedule schedule = ArrivalSchedule.poisson(MEAN, 1);
        double[] gaps =
                LongStream.rangeClosed(1, 100_000)
                        .mapToDouble(t -> seconds(schedule, t + 1) - seconds(schedule, t))
                        .toArray();

        double mean =
                LongStream.range(0, gaps.length).mapToDouble(i -> gaps[(int) i]).sum()
                        / gaps.length;
        assertThat(mean).isCloseTo(2, within(0.03));
        assertThat(shareAbove(gaps, 2)).isCloseTo(Math.exp(-1), within(0.01));
        assertThat(shareAbove(gaps, 6)).isCloseTo(Math.exp(-3), within(0.005));
        assertThat(shareAbove(gaps, -1e-9)).isEqualTo(1);
    }

    private static double seconds(ArrivalSchedule schedule, long chunk) {
        return schedule.offset(chunk).toNanos() / 1e9;
    }

    private static double shareAbove(double[] gaps, double bound) {
        return LongStream.range(0, gaps.length).filter(i -> gaps[(int) i] > bound).count()
                / (double) gaps.length;
    }

    @Test
    void refusesTimeThatRunsBackwards() {
        Duration negative = Duration.ofSeconds(-1);

        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> ArrivalSchedule.fixed(negative))
                .withMessageContaining("PT-1S");
        assertThatExceptionOfType(ProduceException.class)
                .isThrownBy(() -> ArrivalSchedule.poisson(negative, 1))
                .withMessageContaining("PT-1S");
    }
}
