package org.almaflow.observer;

import static org.almaflow.observer.TestingEvents.deadLetter;
import static org.almaflow.observer.TestingEvents.evaluation;
import static org.almaflow.observer.TestingEvents.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneOffset;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.SessionPhase;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class WatchFormatTest {
    @Test
    void showsEvaluations() {
        WatchFormat table = table(Metric.EVALUATIONS, evaluation("sm-w1", 2, 0.25).build());
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
    void showsCrossEntropyInNatsAndPerplexity() {
        EvaluationEvent text =
                evaluation("lm", 2, 1.7034)
                        .setMeasure(Measure.CROSS_ENTROPY)
                        .setPerplexity(5.4926)
                        .setCumulativeError(4.5)
                        .build();
        WatchFormat table = table(Metric.EVALUATIONS, text);
        assertThat(table.header())
                .startsWith(
                        "time      learner       arrival  cross-entropy  perplexity      sum  ");
        assertThat(table.row(text))
                .startsWith(
                        "12:00:22  lm                2/3     1.703 nats        5.49    4.500  ");
        assertThat(table.fits(text)).isTrue();
        assertThat(table.fits(evaluation("sm", 2, 0.5).build())).isFalse();
    }

    private static WatchFormat table(Metric metric, SpecificRecord first) {
        return WatchFormat.of(metric, first, ZoneOffset.UTC);
    }

    @Test
    void showsSessionsAndDeadLetters() {
        WatchFormat sessions =
                table(Metric.SESSIONS, session("a", 1, SessionPhase.OPENED, 0).build());
        assertThat(sessions.row(session("sm-w1", 2, SessionPhase.CLOSED, 4).build()))
                .contains(
                        "sm-w1", "closed", "4/20", "0.125", "95.00 %", "0.50 s", "3.0 MiB",
                        "because");
        WatchFormat letters = table(Metric.DEAD_LETTERS, deadLetter(1).build());
        assertThat(letters.row(deadLetter(17).build()))
                .contains("toy", "CORRUPT", "alma.chunks-0@17", "its check sum is wrong");
    }

    @Test
    void showsHowLongASessionWaitedForItsTurn() {
        WatchFormat sessions =
                table(Metric.SESSIONS, session("a", 1, SessionPhase.OPENED, 0).build());
        assertThat(sessions.header()).contains("time in    queued    memory");
        assertThat(
                        sessions.row(
                                session("sm-w1", 2, SessionPhase.CLOSED, 4)
                                        .setQueuedSeconds(12.25)
                                        .build()))
                .contains("  0.50 s    12.3 s   3.0 MiB");
        assertThat(sessions.row(session("sm-w1", 2, SessionPhase.CLOSED, 4).build()))
                .as("one that did not wait")
                .contains("  0.50 s         –   3.0 MiB");
    }

    @Test
    void showsWhyAPolicyDecided() {
        WatchFormat decisions =
                table(Metric.DECISIONS, TestingEvents.decision("sm", 2, true).build());
        assertThat(decisions.row(TestingEvents.decision("sm", 2, true).build()))
                .contains("2/3", "train", "because (allowed 5.4 k, error 0.0313)");
        assertThat(decisions.row(TestingEvents.decision("sm", 2, false).setTimer(true).build()))
                .contains("after 2/3", "hold");
        assertThat(JsonLines.line(Metric.DECISIONS, TestingEvents.decision("sm", 2, true).build()))
                .contains("\"figures\":{", "\"allowed\":5400.0", "\"error\":0.03125");
    }

    @Test
    void refusesEventsOfAnotherMetric() {
        WatchFormat table = table(Metric.SNAPSHOTS, deadLetter(1).build());
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
