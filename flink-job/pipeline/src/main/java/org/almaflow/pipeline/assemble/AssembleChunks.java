package org.almaflow.pipeline.assemble;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.ProcessingClock;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.AssemblyState;
import org.almaflow.pipeline.flow.ChunkArrived;
import org.almaflow.pipeline.flow.RawSlice;
import org.almaflow.pipeline.store.ChunkStore;
import org.almaflow.pipeline.store.SliceStore.ChunkKey;
import org.almaflow.schemas.DeadLetter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * {@link ChunkAssembler} on Flink, keyed by stream. Staged slices are deleted when a checkpoint
 * that knows their chunk as arrived is complete, so that a recovery finds what it needs.
 */
public final class AssembleChunks extends KeyedProcessFunction<String, RawSlice, ChunkArrived>
        implements CheckpointedFunction, CheckpointListener {
    /** Where dead letters come out. */
    public static final OutputTag<DeadLetter> DEAD_LETTERS =
            RecordType.output("dead-letters", DeadLetter.class);

    private final JobOptions options;
    private final String stream;

    private transient ValueState<AssemblyState> state;
    private transient ChunkStore store;
    private transient ChunkAssembler assembler;
    private transient FlinkOutput output;
    private transient boolean swept;
    private transient List<ChunkKey> arrived;
    private transient TreeMap<Long, List<ChunkKey>> covered;
    private transient Counter nanos;

    public AssembleChunks(JobOptions options, String stream) {
        this.options = options;
        this.stream = stream;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        arrived = new ArrayList<>();
        covered = new TreeMap<>();
    }

    @Override
    public void open(OpenContext context) {
        MetricGroup metrics = getRuntimeContext().getMetricGroup().addGroup("stream", stream);
        nanos = metrics.counter("assembleNanos");
        state = getRuntimeContext().getState(RecordType.state("assembly", AssemblyState.class));
        store = new ChunkStore(options.storage(), options.run(), stream);
        output = new FlinkOutput(metrics);
    }

    @Override
    public void processElement(RawSlice raw, Context context, Collector<ChunkArrived> out)
            throws IOException {
        work(context, out, known -> assembler.accept(known, raw));
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<ChunkArrived> out)
            throws IOException {
        work(
                context,
                out,
                known -> {
                    known.setTimerAt(0);
                    assembler.giveUp(known);
                });
    }

    @FunctionalInterface
    private interface Work {
        void on(AssemblyState known) throws IOException;
    }

    private void work(Context context, Collector<ChunkArrived> out, Work work) throws IOException {
        long begun = System.nanoTime();
        AssemblyState known = load();
        output.context = context;
        output.collector = out;
        if (assembler == null) {
            assembler = assembler(new ProcessingClock(context.timerService()));
        }
        work.on(known);
        setTimer(known, context);
        state.update(known);
        nanos.inc(System.nanoTime() - begun);
    }

    private ChunkAssembler assembler(ProcessingClock clock) {
        return new ChunkAssembler(
                stream, options.topics().chunks(), options.assemblyTimeout(), store, clock, output);
    }

    private AssemblyState load() throws IOException {
        AssemblyState known = state.value();
        if (known == null) {
            known = ChunkAssembler.begin();
        }
        if (!swept && known.getPlan() != null) {
            store.discardBefore(known.getPlan(), known.getNext());
        }
        swept = true;
        output.plan = known;
        return known;
    }

    /**
     * Keeps one timer at the deadline: Flink's time service holds one entry however long we run.
     */
    private void setTimer(AssemblyState known, Context context) {
        OptionalLong deadline = assembler.deadline(known);
        long wanted = deadline.orElse(0);
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

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        covered.put(context.getCheckpointId(), arrived);
        arrived = new ArrayList<>();
    }

    @Override
    public void notifyCheckpointComplete(long checkpoint) throws IOException {
        var done = covered.headMap(checkpoint, true);
        for (List<ChunkKey> keys : done.values()) {
            for (ChunkKey key : keys) {
                store.discard(key);
            }
        }
        done.clear();
    }

    /** Hands on what the assembler says and counts it. */
    private final class FlinkOutput implements AssemblyOutput {
        private final Counter duplicates;
        private final Counter skipped;
        private final Counter deadLetters;
        private final Counter arrivals;
        private Context context;
        private Collector<ChunkArrived> collector;
        private AssemblyState plan;

        FlinkOutput(MetricGroup metrics) {
            duplicates = metrics.counter("duplicateSlices");
            skipped = metrics.counter("skippedRecords");
            deadLetters = metrics.counter("deadLetters");
            arrivals = metrics.counter("arrivals");
        }

        @Override
        public void arrived(ChunkArrived arrival) {
            collector.collect(arrival);
            arrived.add(new ChunkKey(plan.getPlan(), arrival.getChunk()));
            arrivals.inc();
        }

        @Override
        public void deadLetter(DeadLetter letter) {
            context.output(DEAD_LETTERS, letter);
            deadLetters.inc();
        }

        @Override
        public void duplicate() {
            duplicates.inc();
        }

        @Override
        public void skipped() {
            skipped.inc();
        }
    }
}
