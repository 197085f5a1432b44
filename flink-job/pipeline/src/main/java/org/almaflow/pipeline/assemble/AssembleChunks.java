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
import org.almaflow.pipeline.metrics.JobMetric;
import org.almaflow.pipeline.metrics.Metrics;
import org.almaflow.pipeline.store.ArrivalLog;
import org.almaflow.pipeline.store.ChunkStore;
import org.almaflow.pipeline.store.SliceStore.ChunkKey;
import org.almaflow.schemas.DeadLetter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.metrics.Counter;
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

    /** Partition of a record without content that only wakes this operator. */
    public static final int WAKE = -1;

    private final JobOptions options;
    private final String stream;
    private final List<String> branches;

    private transient ValueState<AssemblyState> state;
    private transient ChunkStore store;
    private transient ArrivalLog log;
    private transient ChunkAssembler assembler;
    private transient FlinkOutput output;
    private transient boolean swept;
    private transient List<ChunkKey> arrived;
    private transient TreeMap<Long, List<ChunkKey>> covered;
    private transient Counter nanos;
    private transient RunGuard guard;

    /**
     * @param branches who gets the arrivals; one that the state does not know gets those that it
     *     missed first, and whoever had them ignores them
     */
    public AssembleChunks(JobOptions options, String stream, List<String> branches) {
        this.options = options;
        this.stream = stream;
        this.branches = List.copyOf(branches);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        arrived = new ArrayList<>();
        covered = new TreeMap<>();
    }

    @Override
    public void open(OpenContext context) throws Exception {
        guard = RunGuard.take(options, getRuntimeContext().getJobInfo().getJobId().toString());
        Metrics metrics = Metrics.ofStream(getRuntimeContext().getMetricGroup(), stream);
        nanos = metrics.counter(JobMetric.ASSEMBLE_NANOS);
        state = getRuntimeContext().getState(RecordType.state("assembly", AssemblyState.class));
        store = new ChunkStore(options.storage(), options.run(), stream);
        log = new ArrivalLog(options.storage(), options.run(), stream);
        output = new FlinkOutput(metrics);
    }

    @Override
    public void processElement(RawSlice raw, Context context, Collector<ChunkArrived> out)
            throws IOException {
        work(
                context,
                out,
                known -> {
                    if (raw.getPartition() != WAKE) {
                        assembler.accept(known, raw);
                    }
                });
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
            assembler =
                    assembler(new ProcessingClock(context.timerService()::currentProcessingTime));
        }
        catchUp(known, out);
        work.on(known);
        setTimer(known, context);
        state.update(known);
        nanos.inc(System.nanoTime() - begun);
    }

    /** Only after a restart from a savepoint with learners that it does not have. */
    private void catchUp(AssemblyState known, Collector<ChunkArrived> out) throws IOException {
        List<String> served = known.getServed();
        if (served != null && !served.containsAll(branches)) {
            for (long chunk = 0; chunk < known.getNext(); chunk++) {
                out.collect(log.read(chunk));
            }
        }
        known.setServed(branches);
    }

    private ChunkAssembler assembler(ProcessingClock clock) {
        return new ChunkAssembler(
                stream, options.topics().chunks(), options.assemblyTimeout(), store, clock, output);
    }

    private AssemblyState load() throws IOException {
        AssemblyState known = state.value();
        if (known == null) {
            known = ChunkAssembler.begin();
            known.setServed(branches);
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
        guard.check();
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

    @Override
    public void close() throws IOException {
        if (guard != null) {
            guard.close();
        }
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

        FlinkOutput(Metrics metrics) {
            duplicates = metrics.counter(JobMetric.DUPLICATE_SLICES);
            skipped = metrics.counter(JobMetric.SKIPPED_RECORDS);
            deadLetters = metrics.counter(JobMetric.DEAD_LETTERS);
            arrivals = metrics.counter(JobMetric.ARRIVALS);
        }

        @Override
        public void arrived(ChunkArrived arrival) throws IOException {
            log.write(arrival);
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
