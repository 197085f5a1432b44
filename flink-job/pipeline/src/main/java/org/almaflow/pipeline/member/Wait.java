package org.almaflow.pipeline.member;

import java.io.IOException;
import java.util.function.Function;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.ProcessingClock;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.WaitState;
import org.almaflow.pipeline.member.WaitDecision.Outcome;
import org.almaflow.schemas.DecisionEvent;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * {@link WaitDecision} on Flink: one a learner, keyed by stream. It keeps one processing-time timer
 * at most; one that is overdue after a restart fires once, at once.
 */
public final class Wait extends KeyedProcessFunction<String, ChunkArrived, MemberDirective> {
    /** Where decisions come out. */
    public static final OutputTag<DecisionEvent> DECISIONS = Decisions.OUTPUT;

    static {
        RecordType.trust();
    }

    private final LearnerHandle handle;

    private transient WaitDecision decision;
    private transient Decisions events;
    private transient ValueState<WaitState> state;
    private transient Counter nanos;

    public Wait(LearnerHandle handle) {
        this.handle = handle;
    }

    @Override
    public void open(OpenContext context) {
        nanos =
                getRuntimeContext()
                        .getMetricGroup()
                        .addGroup("learner", handle.learner())
                        .counter("waitNanos");
        state = getRuntimeContext().getState(RecordType.state("buffer", WaitState.class));
    }

    @Override
    public void processElement(
            ChunkArrived arrival, Context context, Collector<MemberDirective> out)
            throws IOException {
        work(context, out, known -> decision.arrive(known, arrival));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<MemberDirective> out)
            throws IOException {
        work(
                context,
                out,
                known -> {
                    known.setTimerAt(0L);
                    return decision.wake(known);
                });
    }

    private void work(
            Context context, Collector<MemberDirective> out, Function<WaitState, Outcome> work)
            throws IOException {
        long begun = System.nanoTime();
        if (decision == null) {
            prepare(new ProcessingClock(context.timerService()));
        }
        WaitState known = state.value();
        if (known == null) {
            known = WaitState.newBuilder().build();
        }
        Outcome outcome = work.apply(known);
        outcome.directives().forEach(out::collect);
        outcome.decision()
                .map(made -> events.event(made.index(), made.view(), made.decision()))
                .ifPresent(event -> context.output(DECISIONS, event));
        setTimer(known, outcome.wakeAt().orElse(0), context);
        state.update(known);
        nanos.inc(System.nanoTime() - begun);
    }

    private void prepare(ProcessingClock clock) {
        LearnerSpec learner = handle.spec();
        decision = new WaitDecision(learner.waiting(), learner.family().members(), clock);
        events = Decisions.of(handle, clock);
    }

    private static void setTimer(WaitState known, long wanted, Context context) {
        if (wanted == known.getTimerAt()) {
            return;
        }
        if (known.getTimerAt() != 0) {
            context.timerService().deleteProcessingTimeTimer(known.getTimerAt());
        }
        if (wanted != 0) {
            context.timerService().registerProcessingTimeTimer(wanted);
        }
        known.setTimerAt(wanted);
    }
}
