package org.almaflow.pipeline.member;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineOptions;
import org.almaflow.learning.engine.Engines;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.learning.member.Directive;
import org.almaflow.learning.member.MemberListener;
import org.almaflow.learning.member.MemberResult;
import org.almaflow.learning.member.MemberTrainer;
import org.almaflow.learning.member.SessionReport;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.RecordType;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.store.ChunkStore;
import org.almaflow.pipeline.store.ModelStore;
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
 * Trains one member of a learner: the subtask's index is the member's. Input only queues; the work
 * is done in mails of one bounded step each, so that checkpoints and cancellation pass between two
 * steps. Owns the engine and the trainer; both live in the task's thread.
 */
final class TrainOperator extends AbstractStreamOperator<MemberOutcome>
        implements OneInputStreamOperator<MemberDirective, MemberOutcome>, MemberListener {
    static final OutputTag<SessionEvent> SESSIONS =
            RecordType.output("sessions", SessionEvent.class);

    private static final int MAX_SKIPS = 4;

    static {
        RecordType.trust();
    }

    private final LearnerHandle handle;
    private final transient MailboxExecutor mailbox;
    private final transient MemberTurns turns = new MemberTurns(MAX_SKIPS);

    private transient int member;
    private transient Events events;
    private transient Deque<MemberDirective> pending;
    private transient List<byte[]> restored;
    private transient ListState<byte[]> stored;
    private transient Engine engine;
    private transient MemberTrainer trainer;
    private transient boolean scheduled;
    private transient Counter stepNanos;
    private transient Counter snapshotNanos;
    private transient Counter steps;

    TrainOperator(StreamOperatorParameters<MemberOutcome> parameters, LearnerHandle handle) {
        super(parameters);
        this.handle = handle;
        this.mailbox = parameters.getMailboxExecutor();
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        stored =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "member", BytePrimitiveArraySerializer.INSTANCE));
        restored = new java.util.ArrayList<>();
        stored.get().forEach(restored::add);
        stored.clear();
    }

    @Override
    public void open() throws Exception {
        super.open();
        member = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
        MetricGroup metrics = getMetricGroup().addGroup("learner", handle.learner());
        stepNanos = metrics.counter("stepNanos");
        snapshotNanos = metrics.counter("snapshotNanos");
        steps = metrics.counter("steps");
        pending = new ArrayDeque<>();
        metrics.gauge("queuedDirectives", pending::size);
        JobOptions options = handle.options();
        Experiment experiment = handle.experiment();
        events = new Events(experiment, handle.spec(), options.run(), member, Clock.systemUTC());
        engine =
                Engines.find(experiment.engine())
                        .open(new EngineOptions(options.engineThreads(), 0));
        trainer =
                MemberTrainer.create(
                        experiment.seed(),
                        handle.spec(),
                        member,
                        engine,
                        new ChunkStore(
                                options.storage(), options.run(), experiment.stream().name()),
                        new ModelStore(options.storage()),
                        this);
        for (byte[] state : restored) {
            pending.addAll(TrainState.read(state, member, trainer));
        }
        restored = null;
        schedule();
    }

    @Override
    public void processElement(StreamRecord<MemberDirective> element) {
        MemberDirective directive = element.getValue();
        pending.add(directive);
        trainer.enqueue(directive(directive));
        turns.input();
        schedule();
    }

    private static Directive directive(MemberDirective d) {
        List<ChunkRef> chunks = d.getFresh().stream().map(Chunks::ref).toList();
        return new Directive(d.getArrival(), d.getTrain(), d.getSession(), d.getReason(), chunks);
    }

    private void schedule() {
        if (!scheduled && trainer.hasWork()) {
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

    private void step() throws FlinkException {
        long begun = System.nanoTime();
        try {
            trainer.step();
        } catch (IOException | RuntimeException e) {
            throw new FlinkException(
                    "member %d of learner '%s' failed at arrival %d: %s"
                            .formatted(
                                    member,
                                    handle.learner(),
                                    pending.getFirst().getArrival(),
                                    e.getMessage()),
                    e);
        }
        stepNanos.inc(System.nanoTime() - begun);
        steps.inc();
    }

    @Override
    public void onSession(SessionReport report) {
        output.collect(SESSIONS, new StreamRecord<>(events.session(report)));
    }

    @Override
    public void onResult(MemberResult result) {
        output.collect(new StreamRecord<>(events.outcome(pending.remove(), result)));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        long begun = System.nanoTime();
        stored.update(List.of(TrainState.write(member, pending, trainer)));
        snapshotNanos.inc(System.nanoTime() - begun);
    }

    @Override
    public void close() throws Exception {
        try {
            if (trainer != null) {
                trainer.close();
            }
        } finally {
            if (engine != null) {
                engine.close();
            }
            super.close();
        }
    }
}
