package org.almaflow.pipeline.member;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.ProcessingClock;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.WaitState;
import org.almaflow.pipeline.member.WaitDecision.Outcome;
import org.almaflow.pipeline.metrics.JobMetric;
import org.almaflow.pipeline.metrics.Metrics;
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
    private transient volatile int buffered;

    public Wait(LearnerHandle handle) {
        this.handle = handle;
    }

    @Override
    public void open(OpenContext context) {
        Metrics metrics = Metrics.ofLearner(getRuntimeContext().getMetricGroup(), handle);
        nanos = metrics.counter(JobMetric.WAIT_NANOS);
        if (!handle.spec().waiting().needsFeedback()) {
            metrics.gauge(JobMetric.BUFFERED_CHUNKS, () -> buffered);
        }
        state = getRuntimeContext().getState(RecordType.state("buffer", WaitState.class));
    }

    @Override
    public void processElement(
            ChunkArrived arrival, Context context, Collector<MemberDirective> out)
            throws IOException {
        work(
                context,
                out,
                known -> {
                    if (!due(known, arrival)) {
                        return Optional.empty();
                    }
                    known.setNext(arrival.getChunk() + 1);
                    return Optional.of(decision.arrive(known, arrival));
                });
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<MemberDirective> out)
            throws IOException {
        work(
                context,
                out,
                known -> {
                    known.setTimerAt(0L);
                    return Optional.of(decision.wake(known));
                });
    }

    private void work(
            Context context,
            Collector<MemberDirective> out,
            Function<WaitState, Optional<Outcome>> work)
            throws IOException {
        long begun = System.nanoTime();
        if (decision == null) {
            prepare(new ProcessingClock(context.timerService()::currentProcessingTime));
        }
        WaitState known = state.value();
        if (known == null) {
            known = WaitDecision.begin();
        }
        Optional<Outcome> outcome = work.apply(known);
        if (outcome.isPresent()) {
            publish(outcome.get(), context, out);
            setTimer(known, outcome.get().wakeAt().orElse(0), context);
            state.update(known);
            buffered = known.getBuffered().size();
        }
        nanos.inc(System.nanoTime() - begun);
    }

    private void publish(Outcome outcome, Context context, Collector<MemberDirective> out) {
        outcome.directives().forEach(out::collect);
        outcome.decision()
                .map(made -> events.event(made.index(), made.view(), made.decision()))
                .ifPresent(event -> context.output(DECISIONS, event));
    }

    /** Arrivals come again for learners that begin later; who had them ignores them. */
    private boolean due(WaitState known, ChunkArrived arrival) {
        if (known.getNext() >= 0 && arrival.getChunk() > known.getNext()) {
            throw new IllegalStateException(
                    "learner '%s' gets arrival %d when %d is due"
                            .formatted(handle.learner(), arrival.getChunk(), known.getNext()));
        }
        return known.getNext() < 0 || arrival.getChunk() == known.getNext();
    }

    private void prepare(ProcessingClock clock) {
        LearnerSpec learner = handle.spec();
        List<Integer> copies =
                TrainOperatorFactory.isOneSubtask(learner)
                        ? List.of(Directives.EVERY)
                        : IntStream.range(0, learner.family().members()).boxed().toList();
        decision = new WaitDecision(learner.waiting(), copies, clock);
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
