package org.almaflow.observer;

import static org.almaflow.observer.TestingEvents.deadLetter;
import static org.almaflow.observer.TestingEvents.evaluation;
import static org.almaflow.observer.TestingEvents.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneOffset;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.SessionPhase;
import org.junit.jupiter.api.Test;

class WatchFormatTest {
    @Test
    void showsEvaluations() {
        WatchFormat table = new WatchFormat(Metric.EVALUATIONS, ZoneOffset.UTC);
        assertThat(table.header())
                .isEqualTo(
                        "time      learner       arrival       error      CER  sessions     MACs   "
                                + "    lag");
        assertThat(table.row(evaluation("sm-w1", 2, 0.25).setCumulativeError(0.75).build()))
                .isEqualTo(
                        "12:00:22  sm-w1             2/3     25.00 %    0.750         2    6.0 M   "
                                + " 2.00 s");
    }

    @Test
    void showsCrossEntropyInNats() {
        WatchFormat table = new WatchFormat(Metric.EVALUATIONS, ZoneOffset.UTC);
        assertThat(
                        table.row(
                                evaluation("lm", 2, 1.7034)
                                        .setMeasure(Measure.CROSS_ENTROPY)
                                        .setCumulativeError(4.5)
                                        .build()))
                .contains(" 1.703 nats    4.500 ");
    }

    @Test
    void showsSessionsAndDeadLetters() {
        WatchFormat sessions = new WatchFormat(Metric.SESSIONS, ZoneOffset.UTC);
        assertThat(sessions.row(session("sm-w1", 2, SessionPhase.CLOSED, 4).build()))
                .contains(
                        "sm-w1", "closed", "4/20", "0.125", "95.00 %", "0.50 s", "3.0 MiB",
                        "because");
        WatchFormat letters = new WatchFormat(Metric.DEAD_LETTERS, ZoneOffset.UTC);
        assertThat(letters.row(deadLetter(17).build()))
                .contains("toy", "CORRUPT", "alma.chunks-0@17", "its check sum is wrong");
    }

    @Test
    void showsWhyAPolicyDecided() {
        WatchFormat decisions = new WatchFormat(Metric.DECISIONS, ZoneOffset.UTC);
        assertThat(decisions.row(TestingEvents.decision("sm", 2, true).build()))
                .contains("2/3", "train", "because (allowed 5.4 k, error 0.0313)");
        assertThat(decisions.row(TestingEvents.decision("sm", 2, false).setTimer(true).build()))
                .contains("after 2/3", "hold");
        assertThat(JsonLines.line(Metric.DECISIONS, TestingEvents.decision("sm", 2, true).build()))
                .contains("\"figures\":{", "\"allowed\":5400.0", "\"error\":0.03125");
    }

    @Test
    void refusesEventsOfAnotherMetric() {
        WatchFormat table = new WatchFormat(Metric.SNAPSHOTS, ZoneOffset.UTC);
        assertThatThrownBy(() -> table.row(deadLetter(1).build()))
                .hasMessage("DeadLetter is no event of snapshots");
    }

    @Test
    void writesEventsAsJsonLines() {
        assertThat(JsonLines.line(Metric.DEAD_LETTERS, deadLetter(17).build()))
                .isEqualTo(
                        "{\"metric\":\"dead-letters\",\"stream\":\"toy\",\"reason\":\"CORRUPT\","
                                + "\"detail\":\"its check sum is wrong\",\"topic\":\"alma.chunks\","
                                + "\"partition\":0,\"offset\":17,\"chunk\":2,\"payload\":\"cmF3\","
                                + "\"at\":\"2026-01-01T12:00:00Z\"}");
    }

    @Test
    void writesWhatIsNotFiniteAsNullAndListsAsArrays() {
        assertThat(JsonLines.line(Metric.SESSIONS, session("a", 3, SessionPhase.OPENED, 0).build()))
                .contains("\"trainLoss\":null", "\"chunks\":[3]", "\"phase\":\"OPENED\"")
                .contains("\"at\":\"2026-01-01T12:00:31Z\"")
                .doesNotContain("\n");
    }

    @Test
    void scalesNumbersForPeople() {
        assertThat(Figures.count(999)).isEqualTo("999");
        assertThat(Figures.count(54_912)).isEqualTo("54.9 k");
        assertThat(Figures.count(999_960)).isEqualTo("1.0 M");
        assertThat(Figures.count(25_000_000_000L)).isEqualTo("25.0 G");
        assertThat(Figures.span(Duration.ofMillis(420))).isEqualTo("0.42 s");
        assertThat(Figures.span(Duration.ofSeconds(187))).isEqualTo("3:07 min");
        assertThat(Figures.span(Duration.ofMinutes(123))).isEqualTo("2:03 h");
        assertThat(Figures.percent(Double.NaN)).isEqualTo("–");
    }
}
