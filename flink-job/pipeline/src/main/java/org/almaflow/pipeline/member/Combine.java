package org.almaflow.pipeline.member;

import java.io.IOException;
import java.util.Optional;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.CombineState;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.member.OutcomeJoin.Published;
import org.almaflow.pipeline.store.ChunkStore;
import org.almaflow.pipeline.store.RunStore;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SnapshotEvent;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * {@link OutcomeJoin} on Flink: one a learner, keyed by learner. When the learner has evaluated the
 * stream's last chunk and a checkpoint that knows it is complete, it marks the learner as done.
 */
public final class Combine extends KeyedProcessFunction<String, MemberOutcome, EvaluationEvent>
        implements CheckpointedFunction, CheckpointListener {
    /** Where snapshot events come out. */
    public static final OutputTag<SnapshotEvent> SNAPSHOTS =
            RecordType.output("snapshots", SnapshotEvent.class);

    private static final long NEVER = Long.MAX_VALUE;

    private final LearnerHandle handle;

    private transient OutcomeJoin join;
    private transient ValueState<CombineState> state;
    private transient ListState<Boolean> finishedState;
    private transient boolean finished;
    private transient long finishedIn;
    private transient RunStore runs;
    private transient long arrival;
    private transient double cumulativeError;
    private transient Counter nanos;

    public Combine(LearnerHandle handle) {
        this.handle = handle;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        JobOptions options = handle.options();
        runs = new RunStore(options.storage(), options.run());
        finishedIn = NEVER;
        finishedState =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>("finished", Types.BOOLEAN));
        for (boolean before : finishedState.get()) {
            finished |= before;
        }
        if (finished) {
            // What is restored comes from a complete checkpoint.
            runs.markDone(handle.learner());
        }
    }

    @Override
    public void open(OpenContext context) {
        JobOptions options = handle.options();
        Experiment experiment = handle.experiment();
        ChunkStore chunks =
                new ChunkStore(options.storage(), options.run(), experiment.stream().name());
        join = new OutcomeJoin(experiment, handle.spec(), options.run(), chunks);
        state = getRuntimeContext().getState(RecordType.state("combine", CombineState.class));
        MetricGroup metrics =
                getRuntimeContext().getMetricGroup().addGroup("learner", handle.learner());
        nanos = metrics.counter("combineNanos");
        metrics.gauge("arrival", () -> arrival);
        metrics.gauge("cumulativeError", () -> cumulativeError);
    }

    @Override
    public void processElement(
            MemberOutcome outcome, Context context, Collector<EvaluationEvent> out)
            throws IOException {
        long begun = System.nanoTime();
        CombineState known = state.value();
        if (known == null) {
            known = OutcomeJoin.begin();
        }
        Optional<Published> published = join.join(known, outcome);
        state.update(known);
        if (published.isPresent()) {
            publish(published.get(), context, out);
        }
        nanos.inc(System.nanoTime() - begun);
    }

    private void publish(Published published, Context context, Collector<EvaluationEvent> out) {
        published.snapshot().ifPresent(s -> context.output(SNAPSHOTS, s));
        published
                .evaluation()
                .ifPresent(
                        evaluation -> {
                            out.collect(evaluation);
                            arrival = evaluation.getArrival();
                            cumulativeError = evaluation.getCumulativeError();
                        });
        finished |= published.last();
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        finishedState.clear();
        finishedState.add(finished);
        if (finished && finishedIn == NEVER) {
            finishedIn = context.getCheckpointId();
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) throws IOException {
        if (checkpoint >= finishedIn) {
            runs.markDone(handle.learner());
        }
    }
}
