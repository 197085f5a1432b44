package org.almaflow.pipeline.member;

import java.util.ArrayList;
import java.util.List;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.Engines;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.schemas.SessionEvent;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
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
 * may have several, which take turns step by step. Input only queues; the work is done in mails of
 * one bounded step each, so that checkpoints and cancellation pass between two steps. Owns the
 * engine and the trainers; all live in the task's thread.
 */
final class TrainOperator extends AbstractStreamOperator<MemberOutcome>
        implements OneInputStreamOperator<MemberDirective, MemberOutcome> {
    static final OutputTag<SessionEvent> SESSIONS =
            RecordType.output("sessions", SessionEvent.class);

    private static final int MAX_SKIPS = 4;

    static {
        RecordType.trust();
    }

    private final LearnerHandle handle;
    private final transient MailboxExecutor mailbox;
    private final transient MemberTurns turns = new MemberTurns(MAX_SKIPS);

    private transient List<byte[]> restored;
    private transient ListState<byte[]> stored;
    private transient Engine engine;
    private transient List<MemberWork> members;
    private transient int subtasks;
    private transient int next;
    private transient boolean scheduled;
    private transient Counter stepNanos;
    private transient Counter snapshotNanos;
    private transient Counter steps;

    TrainOperator(StreamOperatorParameters<MemberOutcome> parameters, LearnerHandle handle) {
        super(parameters);
        this.handle = handle;
        this.mailbox = parameters.getMailboxExecutor();
    }

    /** Every subtask gets every member's state and takes its own, whatever the parallelism was. */
    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        stored =
                context.getOperatorStateStore()
                        .getUnionListState(
                                new ListStateDescriptor<>(
                                        "member", BytePrimitiveArraySerializer.INSTANCE));
        restored = new ArrayList<>();
        stored.get().forEach(restored::add);
        stored.clear();
    }

    @Override
    public void open() throws Exception {
        super.open();
        MetricGroup metrics = getMetricGroup().addGroup("learner", handle.learner());
        stepNanos = metrics.counter("stepNanos");
        snapshotNanos = metrics.counter("snapshotNanos");
        steps = metrics.counter("steps");
        metrics.gauge(
                "queuedDirectives", () -> members.stream().mapToInt(MemberWork::queued).sum());
        JobOptions job = handle.options();
        NativeMemory.check(
                job, getContainingTask().getEnvironment().getTaskManagerInfo().getConfiguration());
        EngineOptions options = new EngineOptions(job.engineThreads(), 0, job.nativeMemory());
        engine = Engines.find(handle.experiment().engine()).open(options);
        members = new ArrayList<>();
        subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        int first = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        int all = handle.spec().family().members();
        for (int m = first; m < all; m += subtasks) {
            members.add(
                    new MemberWork(
                            m,
                            handle,
                            engine,
                            session -> output.collect(SESSIONS, new StreamRecord<>(session)),
                            outcome -> output.collect(new StreamRecord<>(outcome))));
        }
        for (byte[] state : restored) {
            int member = TrainState.member(state);
            if (member % subtasks == first) {
                work(member).restore(state);
            }
        }
        restored = null;
        schedule();
    }

    private MemberWork work(int member) throws FlinkException {
        int at = member / subtasks;
        if (at >= members.size() || members.get(at).member() != member) {
            throw new FlinkException(
                    ("learner '%s' has %d members and no member %d; start a changed learner under"
                                    + " another id")
                            .formatted(handle.learner(), handle.spec().family().members(), member));
        }
        return members.get(at);
    }

    @Override
    public void processElement(StreamRecord<MemberDirective> element) throws FlinkException {
        MemberDirective directive = element.getValue();
        work(directive.getMember()).accept(directive);
        turns.input();
        schedule();
    }

    private void schedule() {
        if (!scheduled && members.stream().anyMatch(MemberWork::hasWork)) {
            scheduled = true;
            mailbox.execute(this::turn, "training step");
        }
    }

    private void turn() throws FlinkException {
        scheduled = false;
        if (turns.work()) {
            step();
        }
        schedule();
    }

    /** One step of the next member that has work. */
    private void step() throws FlinkException {
        long begun = System.nanoTime();
        while (!members.get(next).hasWork()) {
            next = (next + 1) % members.size();
        }
        members.get(next).step();
        next = (next + 1) % members.size();
        stepNanos.inc(System.nanoTime() - begun);
        steps.inc();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        long begun = System.nanoTime();
        List<byte[]> states = new ArrayList<>();
        for (MemberWork member : members) {
            states.add(member.state());
        }
        stored.update(states);
        snapshotNanos.inc(System.nanoTime() - begun);
    }

    @Override
    public void close() throws Exception {
        try {
            if (members != null) {
                members.forEach(MemberWork::close);
            }
        } finally {
            if (engine != null) {
                engine.close();
            }
            super.close();
        }
    }
}
