package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.almaflow.observer.RunLedger;
import org.junit.jupiter.api.Test;

class LiveDisplayTest {
    private static final long SECOND = 1_000_000_000L;

    private final StringWriter written = new StringWriter();
    private final AtomicLong nanos = new AtomicLong(SECOND);
    private final LiveDisplay display =
            new LiveDisplay(new PrintWriter(written, true), () -> 80, nanos::get);
    private final RunLedger ledger = new RunLedger("run-1", "toy", List.of("a", "b"));

    @Test
    void drawsTheTableInItsPlace() {
        display.say("run run-1");
        display.step("starting");
        display.tick(ledger, "first");
        nanos.addAndGet(SECOND);
        display.tick(ledger, "second");
        List<String> screen = screen();
        assertThat(screen.get(0)).isEqualTo("run run-1");
        assertThat(screen.get(2)).isEqualTo("second");
        assertThat(screen.get(3)).startsWith("learner   arrival");
        assertThat(screen.get(4)).startsWith("a ");
        assertThat(screen.get(5)).startsWith("b ");
        assertThat(screen).hasSize(6);
    }

    @Test
    void keepsWhatIsSaidAboveTheTable() {
        display.tick(ledger, "table");
        display.say("a dead letter");
        assertThat(screen().get(0)).isEqualTo("a dead letter");
        assertThat(screen().get(2)).isEqualTo("table");
    }

    @Test
    void drawsAFewTimesASecondOnly() {
        display.tick(ledger, "first");
        int once = written.getBuffer().length();
        nanos.addAndGet(SECOND / 100);
        display.tick(ledger, "second");
        assertThat(written.getBuffer().length()).isEqualTo(once);
    }

    @Test
    void leavesTheLastTableAndWipesTheLastStep() {
        display.tick(ledger, "table");
        display.rest();
        display.step("closing");
        display.rest();
        display.say("done");
        assertThat(screen().get(1)).isEqualTo("table");
        assertThat(screen()).endsWith("done").doesNotContain("closing");
    }

    /** What a terminal shows that knows the codes used here. */
    private List<String> screen() {
        return TestingScreen.of(written.toString());
    }
}
