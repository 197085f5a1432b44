package org.almaflow.pipeline.member;

import java.io.IOException;
import java.util.ArrayList;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.WaitState;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** {@link WaitDecision} on Flink: one a learner, keyed by stream. */
public final class Wait extends KeyedProcessFunction<String, ChunkArrived, MemberDirective> {
    static {
        RecordType.trust();
    }

    private final LearnerHandle handle;

    private transient WaitDecision decision;
    private transient ValueState<WaitState> state;
    private transient Counter nanos;

    public Wait(LearnerHandle handle) {
        this.handle = handle;
    }

    @Override
    public void open(OpenContext context) {
        LearnerSpec learner = handle.spec();
        nanos =
                getRuntimeContext()
                        .getMetricGroup()
                        .addGroup("learner", handle.learner())
                        .counter("waitNanos");
        decision = new WaitDecision(learner.waiting(), learner.family().members());
        state = getRuntimeContext().getState(RecordType.state("buffer", WaitState.class));
    }

    @Override
    public void processElement(
            ChunkArrived arrival, Context context, Collector<MemberDirective> out)
            throws IOException {
        long begun = System.nanoTime();
        WaitState known = state.value();
        if (known == null) {
            known = new WaitState(new ArrayList<>(), 0L, 0L);
        }
        if (due(known, arrival)) {
            decision.decide(known, arrival).forEach(out::collect);
            known.setNext(arrival.getChunk() + 1);
            state.update(known);
        }
        nanos.inc(System.nanoTime() - begun);
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
}
