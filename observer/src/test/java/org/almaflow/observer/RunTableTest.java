package org.almaflow.observer;

import static org.almaflow.observer.TestingEvents.deadLetter;
import static org.almaflow.observer.TestingEvents.evaluation;
import static org.almaflow.observer.TestingEvents.session;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.almaflow.schemas.Measure;
import org.almaflow.schemas.SessionPhase;
import org.junit.jupiter.api.Test;

class RunTableTest {
    @Test
    void showsEveryLearnerWhileTheyTrain() {
        RunLedger ledger = new RunLedger("run-1", "toy", List.of("sm-w1", "sm-w2"));
        ledger.add(evaluation("sm-w1", 0, 0.9).build());
        ledger.add(evaluation("sm-w1", 1, 0.0531).build());
        ledger.add(session("sm-w1", 2, SessionPhase.EPOCH, 7).build());
        assertThat(RunTable.progress(ledger, 80))
                .containsExactly(
                        "learner   arrival    error     CER  session  epoch     val.    MACs     "
                                + " lag",
                        "sm-w1         1/3   5.31 %   0.053        2   7/20  95.00 %   8.6 M   2.00"
                                + " s",
                        "sm-w2         0/3        –       –        –      –        –       0       "
                                + " –");
    }

    @Test
    void fitsTheScreen() {
        RunLedger ledger =
                new RunLedger("run-1", "toy", List.of("a-learner-with-a-very-long-name"));
        ledger.add(evaluation("a-learner-with-a-very-long-name", 3, 1).build());
        ledger.add(session("a-learner-with-a-very-long-name", 3, SessionPhase.CLOSED, 20).build());
        for (int width : new int[] {40, 80, 100, 120}) {
            assertThat(RunTable.progress(ledger, width)).allMatch(l -> l.length() <= width);
            assertThat(RunTable.summary(ledger, width)).allMatch(l -> l.length() <= width);
        }
        assertThat(RunTable.progress(ledger, 120).get(1)).contains("20 ✓", "96.00 %", "0.025");
    }

    @Test
    void textHasCrossEntropyWhereOthersHaveErrors() {
        RunLedger ledger = new RunLedger("run-1", "toy", List.of("lm"));
        ledger.add(
                evaluation("lm", 1, 1.7034)
                        .setMeasure(Measure.CROSS_ENTROPY)
                        .setPerplexity(5.49)
                        .build());

        assertThat(RunTable.progress(ledger, 120).get(0)).contains("cross-entropy", "sum");
        assertThat(RunTable.progress(ledger, 120).get(0)).contains("perplexity    loss");
        assertThat(RunTable.progress(ledger, 120).get(1))
                .contains("1.703 nats", "1.703  ", " 5.49 ");
        assertThat(RunTable.progress(ledger, 80).get(1)).contains(" 5.49 ");
        assertThat(RunTable.summary(ledger, 120).get(0))
                .contains("final cross-entropy    sum  perplexity");
        assertThat(RunTable.summary(ledger, 120).get(1)).contains("1.703 nats  1.703        5.49");
        assertThat(ledger.learners().get(0).summary().orElseThrow().finalPerplexity())
                .isEqualTo(5.49);
        assertThat(ProgressLines.line(ledger.learners().get(0).newest().orElseThrow()))
                .hasValueSatisfying(
                        line ->
                                assertThat(line)
                                        .contains(
                                                "cross-entropy 1.703 nats  perplexity 5.49  sum"));
    }

    @Test
    void countsDeadLettersOfTheStreamAndOfOthers() {
        RunLedger ledger = new RunLedger("run-1", "toy", List.of("a"));
        assertThat(RunTable.letters(ledger)).isEmpty();
        ledger.add(deadLetter(1).build());
        assertThat(RunTable.letters(ledger)).hasValue("dead letters: 1");
        for (long offset : new long[] {2, 2, 3}) {
            assertThat(ledger.add(deadLetter(offset).setStream("another").build())).isFalse();
        }
        assertThat(RunTable.letters(ledger)).hasValue("dead letters: 1; of other streams: 2");
        assertThat(ledger.deadLetters()).hasSize(1);
    }

    @Test
    void summarisesTheRun() {
        assertThat(RunTable.summary(TestingEvents.wholeRun(), 120))
                .containsExactly(
                        "learner  waiting    arrivals  final error    CER  CER/B  sessions  epochs "
                                + " forward MACs  training  wall clock",
                        "a        chunks: 1         3      12.50 %  0.875  0.292         3      12 "
                                + "        3.0 M    1.50 s      22.0 s");
    }
}
