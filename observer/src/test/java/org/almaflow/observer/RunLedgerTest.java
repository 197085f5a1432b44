package org.almaflow.observer;

import static org.almaflow.observer.TestingEvents.deadLetter;
import static org.almaflow.observer.TestingEvents.evaluation;
import static org.almaflow.observer.TestingEvents.session;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.junit.jupiter.api.Test;

class RunLedgerTest {
    private final RunLedger ledger = new RunLedger("run-1", "toy", List.of("a", "b"));

    @Test
    void sumsErrorsOfArrivalsFromOneOn() {
        LearnerSummary figures = TestingEvents.wholeRun().learners().get(0).summary().orElseThrow();
        assertThat(figures)
                .isEqualTo(
                        new LearnerSummary(
                                "a",
                                "SM",
                                "chunks: 1",
                                7,
                                3,
                                0.125,
                                0.875,
                                0.875 / 3,
                                0.9,
                                300,
                                3_000_000,
                                9_000_000,
                                3,
                                12,
                                2160,
                                1.5,
                                3 << 20,
                                22.0,
                                Measure.ERROR,
                                0,
                                Map.of("family", "SM", "wait", "chunks: 1", "seed", "7")));
    }

    @Test
    void theOrderOfEventsDoesNotMatter() {
        ledger.add(evaluation("a", 2, 0.25).build());
        ledger.add(evaluation("a", 0, 0.9).build());
        ledger.add(evaluation("a", 1, 0.5).build());
        LearnerSummary figures = ledger.learners().get(0).summary().orElseThrow();
        assertThat(figures.arrivals()).isEqualTo(2);
        assertThat(figures.finalError()).isEqualTo(0.25);
        assertThat(figures.cer()).isEqualTo(0.75);
        assertThat(figures.wallSeconds()).isEqualTo(12.0);
    }

    @Test
    void ignoresDuplicatesAndOtherRuns() {
        assertThat(ledger.add(evaluation("a", 1, 0.5).build())).isTrue();
        assertThat(ledger.add(evaluation("a", 1, 0.4).build())).isFalse();
        assertThat(ledger.add(evaluation("a", 2, 0.3).setRun("run-0").build())).isFalse();
        SessionEvent other = session("a", 1, SessionPhase.CLOSED, 4).setRun("run-0").build();
        assertThat(ledger.add(other)).isFalse();
        assertThat(ledger.learners().get(0).cumulativeError()).isEqualTo(0.5);
        assertThat(ledger.learners().get(0).closed()).isEmpty();
    }

    @Test
    void aSessionOnlyMovesForward() {
        assertThat(ledger.add(session("a", 1, SessionPhase.OPENED, 0).build())).isTrue();
        assertThat(ledger.add(session("a", 1, SessionPhase.EPOCH, 2).build())).isTrue();
        assertThat(ledger.add(session("a", 1, SessionPhase.EPOCH, 1).build())).isFalse();
        assertThat(ledger.add(session("a", 1, SessionPhase.CLOSED, 2).build())).isTrue();
        assertThat(ledger.add(session("a", 1, SessionPhase.CLOSED, 2).build())).isFalse();
        assertThat(ledger.add(session("a", 1, SessionPhase.EPOCH, 3).build())).isFalse();
        assertThat(ledger.learners().get(0).closed()).hasSize(1);
    }

    @Test
    void listsLearnersInTheGivenOrderAndThoseUnheardOfToo() {
        ledger.add(evaluation("c", 1, 0.5).build());
        ledger.add(evaluation("b", 1, 0.5).build());
        assertThat(ledger.learners()).extracting(LearnerLedger::id).containsExactly("a", "b", "c");
        assertThat(ledger.learners().get(0).summary()).isEmpty();
    }

    @Test
    void countsADeadLetterOfItsStreamOnce() {
        assertThat(ledger.add(deadLetter(17).build())).isTrue();
        assertThat(ledger.add(deadLetter(17).build())).isFalse();
        assertThat(ledger.add(deadLetter(18).setStream("other").build())).isFalse();
        assertThat(ledger.deadLetters()).hasSize(1);
    }

    @Test
    void isCompleteWhenEveryLearnerHasEveryArrival() {
        for (long t = 0; t <= 3; t++) {
            ledger.add(evaluation("a", t, 0.5).build());
        }
        assertThat(ledger.complete()).isFalse();
        for (long t = 1; t <= 3; t++) {
            ledger.add(evaluation("b", t, 0.5).build());
        }
        assertThat(ledger.complete()).isTrue();
    }

    @Test
    void aStreamWithoutEndIsNeverComplete() {
        RunLedger endless = new RunLedger("run-1", "toy", List.of("a"));
        endless.add(evaluation("a", 1, 0.5).setChunks(0).build());
        assertThat(endless.complete()).isFalse();
    }
}
