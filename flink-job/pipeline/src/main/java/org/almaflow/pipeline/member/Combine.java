package org.almaflow.pipeline.member;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.CombineState;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.member.OutcomeJoin.Published;
import org.almaflow.pipeline.metrics.JobMetric;
import org.almaflow.pipeline.metrics.Metrics;
import org.almaflow.pipeline.store.Checkpoints;
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
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
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
    private transient Retention retention;
    private transient ListState<Tuple2<String, Long>> expiredState;
    private transient LearnerFigures figures;
    private transient ListState<Double> figuresState;
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
        expiredState =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "expired", Types.TUPLE(Types.STRING, Types.LONG)));
        figuresState =
                context.getOperatorStateStore()
                        .getListState(new ListStateDescriptor<>("figures", Types.DOUBLE));
        figures =
                new LearnerFigures(
                        Clock.systemUTC(), OutcomeJoin.measure(handle.spec().network().tokens()));
        List<Double> figuresBefore = new ArrayList<>();
        figuresState.get().forEach(figuresBefore::add);
        figures.restore(figuresBefore);
        retention = new Retention(checkpoints(options), Clock.systemUTC());
        for (Tuple2<String, Long> before : expiredState.get()) {
            retention.restore(before.f0, before.f1);
        }
        if (finished) {
            // What is restored comes from a complete checkpoint.
            runs.markDone(handle.learner());
        }
    }

    private Checkpoints checkpoints(JobOptions options) {
        String job = getRuntimeContext().getJobInfo().getJobId().toString();
        return new Checkpoints(options.storage(), options.run(), job);
    }

    @Override
    public void open(OpenContext context) {
        JobOptions options = handle.options();
        Experiment experiment = handle.experiment();
        ChunkStore chunks =
                new ChunkStore(options.storage(), options.run(), experiment.stream().name());
        join =
                new OutcomeJoin(
                        experiment, handle.spec(), options.run(), chunks, options.keepSnapshots());
        state = getRuntimeContext().getState(RecordType.state("combine", CombineState.class));
        Metrics metrics = Metrics.ofLearner(getRuntimeContext().getMetricGroup(), handle);
        nanos = metrics.counter(JobMetric.COMBINE_NANOS);
        figures.register(metrics);
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
        if (outcome.getModel() != null) {
            retention.use(outcome.getModel().getPath());
        }
        Optional<Published> published = join.join(known, outcome);
        state.update(known);
        if (published.isPresent()) {
            publish(published.get(), context, out);
        }
        nanos.inc(System.nanoTime() - begun);
    }

    private void publish(Published published, Context context, Collector<EvaluationEvent> out) {
        published
                .snapshot()
                .ifPresent(
                        snapshot -> {
                            context.output(SNAPSHOTS, snapshot);
                            figures.published(snapshot);
                        });
        published
                .evaluation()
                .ifPresent(
                        evaluation -> {
                            out.collect(evaluation);
                            figures.evaluated(evaluation);
                        });
        finished |= published.last();
        published.expired().forEach(retention::expire);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        finishedState.clear();
        finishedState.add(finished);
        figuresState.update(figures.state());
        expiredState.clear();
        for (Map.Entry<String, Long> one :
                retention.snapshot(context.getCheckpointId()).entrySet()) {
            expiredState.add(Tuple2.of(one.getKey(), one.getValue()));
        }
        if (finished && finishedIn == NEVER) {
            finishedIn = context.getCheckpointId();
        }
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) throws IOException {
        if (checkpoint >= finishedIn) {
            runs.markDone(handle.learner());
        }
        retention.complete(checkpoint);
    }

    @Override
    public void close() {
        if (retention != null) {
            retention.close();
        }
    }
}
