package org.almaflow.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.almaflow.observer.Metric;
import org.almaflow.observer.Observation;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.Measure;
import org.junit.jupiter.api.Test;

class WatchPrinterTest {
    @Test
    void aTableGetsANewHeaderWhereItsColumnsChange() {
        StringWriter out = new StringWriter();
        WatchPrinter printer = new WatchPrinter(new PrintWriter(out, true), false, false);
        for (Measure measure : List.of(Measure.ERROR, Measure.ERROR, Measure.CROSS_ENTROPY)) {
            printer.print(
                    new Observation.Event(Metric.EVALUATIONS, "evaluations-0", event(measure)));
        }

        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(0)).contains("error", "CER").doesNotContain("perplexity");
        assertThat(lines.get(1)).contains("50.00 %");
        assertThat(lines.get(3)).contains("cross-entropy", "perplexity", "sum");
        assertThat(lines.get(4)).contains("0.500 nats", "1.65");
    }

    /** What a row shows of one. */
    private static EvaluationEvent event(Measure measure) {
        EvaluationEvent event = new EvaluationEvent();
        event.setLearner("a");
        event.setArrivedAt(Instant.EPOCH);
        event.setAvailableAt(Instant.EPOCH);
        event.setMeasure(measure);
        event.setError(0.5);
        event.setPerplexity(Math.exp(0.5));
        return event;
    }
}
