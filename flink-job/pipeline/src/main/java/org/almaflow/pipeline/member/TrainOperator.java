package org.almaflow.pipeline.member;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.Engines;
import org.almaflow.learning.experiment.LearnerSpec;
import org.almaflow.learning.member.StopTogether;
import org.almaflow.pipeline.EngineThreads;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.ProcessingClock;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.metrics.JobMetric;
import org.almaflow.pipeline.metrics.Metrics;
import org.almaflow.pipeline.store.ChunkStore;
import org.almaflow.schemas.SessionEvent;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.FlinkException;
import org.apache.flink.util.OutputTag;

/**
 * Trains members of a learner: member m belongs to subtask m mod parallelism, so that one subtask
 * may have several; {@link MemberGroup} says which works next. Input only queues; the work is done
 * in mails of one bounded step each, so that checkpoints and cancellation pass between two steps.
 * Owns the engine and the trainers; all live in the task's thread.
 */
final class TrainOperator extends AbstractStreamOperator<MemberOutcome>
        implements OneInputStreamOperator<MemberDirective, MemberOutcome> {
    static final OutputTag<SessionEvent> SESSIONS =
            RecordType.output("sessions", SessionEvent.class);

    /** Name of the state in version 1, when it held bytes. */
    private static final String VERSION_1 = "member";

    private static final int MAX_SKIPS = 4;

    static {
        RecordType.trust();
    }

    private final LearnerHandle handle;
    private final transient MailboxExecutor mailbox;
    private final transient MemberTurns turns = new MemberTurns(MAX_SKIPS);

    private transient List<MemberImage> restored;
    private transient ListState<MemberImage> stored;
    private transient TrainingLease lease;
    private transient Devices.Lease devices;
    private transient Engine engine;
    private transient List<MemberWork> members;
    private transient MemberGroup group;
    private transient TrainingQueue queue;
    private transient byte[] restoredGroup;
    private transient ListState<byte[]> storedGroup;
    private transient boolean scheduled;
    private transient long timerAt;
    private transient Counter stepNanos;
    private transient Counter snapshotNanos;
    private transient Counter steps;
    private transient volatile int queued;
    private transient volatile int buffered;

    TrainOperator(StreamOperatorParameters<MemberOutcome> parameters, LearnerHandle handle) {
        super(parameters);
        this.handle = handle;
        this.mailbox = parameters.getMailboxExecutor();
        TaskInfo task = parameters.getContainingTask().getEnvironment().getTaskInfo();
        int index = task.getIndexOfThisSubtask();
        int all = task.getNumberOfParallelSubtasks();
        MemberImageSerializer.keepOnly(member -> member % all == index);
    }

    /** Every subtask reads every member's state and keeps its own, whatever the parallelism was. */
    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        MemberImageSerializer.keepAll();
        super.initializeState(context);
        OperatorStateStore store = context.getOperatorStateStore();
        restored = new ArrayList<>();
        if (store.getRegisteredStateNames().contains(VERSION_1)) {
            restoreVersion1(store);
        }
        stored =
                store.getUnionListState(
                        new ListStateDescriptor<>(
                                MemberImageSerializer.STATE, MemberImageSerializer.INSTANCE));
        stored.get().forEach(restored::add);
        stored.clear();
        storedGroup =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "group", BytePrimitiveArraySerializer.INSTANCE));
        storedGroup.get().forEach(state -> restoredGroup = state);
        storedGroup.clear();
    }

    private void restoreVersion1(OperatorStateStore store) throws Exception {
        ListState<byte[]> before =
                store.getUnionListState(
                        new ListStateDescriptor<>(
                                VERSION_1, BytePrimitiveArraySerializer.INSTANCE));
        for (byte[] image : before.get()) {
            restored.add(
                    MemberImageSerializer.INSTANCE.deserialize(new DataInputDeserializer(image)));
        }
        before.clear();
    }

    @Override
    public void open() throws Exception {
        super.open();
        Metrics metrics = Metrics.ofLearner(getMetricGroup(), handle);
        stepNanos = metrics.counter(JobMetric.STEP_NANOS);
        snapshotNanos = metrics.counter(JobMetric.SNAPSHOT_NANOS);
        steps = metrics.counter(JobMetric.STEPS);
        metrics.rate(JobMetric.STEPS_PER_SECOND, steps);
        JobOptions job = handle.options();
        NativeMemory.check(
                job, getContainingTask().getEnvironment().getTaskManagerInfo().getConfiguration());
        int threads =
                EngineThreads.of(
                        handle.experiment(), job, Runtime.getRuntime().availableProcessors());
        int device = job.gpu() ? takeDevice() : 0;
        EngineOptions options =
                new EngineOptions(threads, device, job.nativeMemory(), job.engineTuning());
        engine =
                Engines.find(handle.experiment().engine())
                        .open(job.gpu() ? options.onGpu() : options);
        int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        int first = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        members = new ArrayList<>();
        for (int m = first; m < handle.spec().family().members(); m += subtasks) {
            members.add(
                    new MemberWork(
                            m,
                            handle,
                            engine,
                            new MemberMetrics(getMetricGroup(), handle, m),
                            session -> output.collect(SESSIONS, new StreamRecord<>(session)),
                            outcome -> output.collect(new StreamRecord<>(outcome))));
        }
        String queued = job.gpu() ? job.run() + "/gpu-" + device : job.run();
        queue = TrainingQueue.join(queued, concurrentSessions());
        group = group();
        gauges(metrics);
        for (MemberImage image : restored) {
            int member = image.label().member();
            if (member % subtasks == first) {
                group.member(member).restore(image);
            }
        }
        if (restoredGroup != null) {
            group.restore(restoredGroup);
        }
        restored = null;
        restoredGroup = null;
        lease = new TrainingLease(getProcessingTimeService(), this::schedule);
        lease.renew();
        schedule();
    }

    /** Reporters ask in threads of their own, so that counts come from the task's. */
    private void gauges(Metrics metrics) {
        Engine asked = engine;
        metrics.gauge(JobMetric.NATIVE_BYTES, asked::nativeBytes);
        long limit = handle.options().nativeMemory();
        metrics.gauge(JobMetric.NATIVE_LIMIT_BYTES, () -> limit);
        metrics.gauge(JobMetric.TRAINING_QUEUE, queue::waiting);
        metrics.gauge(JobMetric.QUEUED_DIRECTIVES, () -> queued);
        if (handle.spec().waiting().needsFeedback()) {
            metrics.gauge(JobMetric.BUFFERED_CHUNKS, () -> buffered);
        }
    }

    private int takeDevice() {
        devices =
                Devices.OF_THIS_JVM.take(
                        getRuntimeContext().getTaskInfo().getAllocationIDAsString(),
                        getRuntimeContext().getExternalResourceInfos(JobOptions.GPU_RESOURCE));
        return devices.device();
    }

    private int concurrentSessions() {
        Integer limit = handle.options().concurrentSessions();
        int free = handle.options().gpu() ? 1 : Runtime.getRuntime().availableProcessors();
        return limit == null ? free : limit;
    }

    private MemberGroup group() {
        LearnerSpec learner = handle.spec();
        SessionTurn turn = new SessionTurn(queue, this::called);
        members.forEach(m -> m.queuedSeconds(turn::seconds));
        Optional<StopTogether> together =
                learner.family().stopsTogether()
                        ? Optional.of(new StopTogether(learner.training().patience()))
                        : Optional.empty();
        Optional<LearnerLoop> loop =
                learner.waiting().needsFeedback() ? Optional.of(loop()) : Optional.empty();
        return new MemberGroup(handle.learner(), members, turn, together, loop);
    }

    private LearnerLoop loop() {
        JobOptions options = handle.options();
        return new LearnerLoop(
                handle,
                members,
                new ChunkStore(
                        options.storage(), options.run(), handle.experiment().stream().name()),
                new ProcessingClock(getProcessingTimeService()::getCurrentProcessingTime),
                decision -> output.collect(Decisions.OUTPUT, new StreamRecord<>(decision)));
    }

    /** It is this subtask's turn to train; any thread says so. */
    private void called() {
        try {
            mailbox.execute(this::schedule, "turn to train");
        } catch (RejectedExecutionException e) {
            LOG.debug("the turn to train came when the task was over", e);
        }
    }

    @Override
    public void processElement(StreamRecord<MemberDirective> element) throws FlinkException {
        group.accept(element.getValue());
        turns.input();
        schedule();
    }

    private void schedule() {
        queued = group.queued();
        buffered = group.buffered();
        if (scheduled || !lease.valid()) {
            return;
        }
        if (group.hasWork()) {
            scheduled = true;
            mailbox.execute(this::turn, "training step");
        } else {
            group.wakeAt().ifPresent(this::setTimer);
        }
    }

    /** A timer that is not needed any more finds nothing to do. */
    private void setTimer(long at) {
        if (at != timerAt) {
            timerAt = at;
            var unused =
                    getProcessingTimeService()
                            .registerTimer(
                                    at,
                                    timestamp -> {
                                        timerAt = 0;
                                        schedule();
                                    });
        }
    }

    private void turn() throws FlinkException, IOException {
        scheduled = false;
        if (turns.work() && group.hasWork()) {
            long begun = System.nanoTime();
            group.step();
            stepNanos.inc(System.nanoTime() - begun);
            steps.inc();
        }
        schedule();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        long begun = System.nanoTime();
        List<MemberImage> images = new ArrayList<>();
        for (MemberWork member : members) {
            images.add(member.image());
        }
        stored.update(images);
        storedGroup.update(List.of(group.state()));
        snapshotNanos.inc(System.nanoTime() - begun);
    }

    @Override
    public void close() throws Exception {
        try {
            if (group != null) {
                group.close();
            }
        } finally {
            if (queue != null) {
                queue.leave();
            }
            if (engine != null) {
                engine.close();
            }
            if (devices != null) {
                devices.close();
            }
            super.close();
        }
    }
}
