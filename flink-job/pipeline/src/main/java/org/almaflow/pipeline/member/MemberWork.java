package org.almaflow.pipeline.member;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.learning.member.Directive;
import org.almaflow.learning.member.MemberListener;
import org.almaflow.learning.member.MemberResult;
import org.almaflow.learning.member.MemberTrainer;
import org.almaflow.learning.member.SessionReport;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.store.ChunkStore;
import org.almaflow.pipeline.store.ModelStore;
import org.almaflow.schemas.SessionEvent;
import org.apache.flink.util.FlinkException;

/**
 * One member in a Train subtask: its trainer, the directives that have no outcome yet, and what it
 * says as records. Owned by the operator and used in the task's thread.
 */
final class MemberWork implements MemberListener, AutoCloseable {
    private final int member;
    private final LearnerHandle handle;
    private final Events events;
    private final Consumer<SessionEvent> sessions;
    private final Consumer<MemberOutcome> outcomes;
    private final MemberTrainer trainer;
    private final Deque<MemberDirective> pending = new ArrayDeque<>();

    /** The state as it was last written; null when it has changed since. */
    private byte[] unchanged;

    private int stateBytes;

    /** A member that has not worked yet. */
    MemberWork(
            int member,
            LearnerHandle handle,
            Engine engine,
            Consumer<SessionEvent> sessions,
            Consumer<MemberOutcome> outcomes) {
        JobOptions options = handle.options();
        Experiment experiment = handle.experiment();
        this.member = member;
        this.handle = handle;
        this.events =
                new Events(experiment, handle.spec(), options.run(), member, Clock.systemUTC());
        this.sessions = sessions;
        this.outcomes = outcomes;
        this.trainer =
                new MemberTrainer(
                        experiment.seed(),
                        handle.spec(),
                        member,
                        engine,
                        new ChunkStore(
                                options.storage(), options.run(), experiment.stream().name()),
                        new ModelStore(options.storage()),
                        this);
    }

    /** Number of the member in its learner. */
    int member() {
        return member;
    }

    /** Directives that have no outcome yet. */
    int queued() {
        return pending.size();
    }

    void accept(MemberDirective directive) {
        unchanged = null;
        pending.add(directive);
        if (directive.getNewest() != null) {
            trainer.predict(Chunks.ref(directive.getNewest()));
        }
        List<ChunkRef> chunks = directive.getFresh().stream().map(Chunks::ref).toList();
        trainer.enqueue(
                new Directive(
                        directive.getArrival(),
                        directive.getTrain(),
                        directive.getSession(),
                        directive.getReason(),
                        chunks));
    }

    boolean hasWork() {
        return trainer.hasWork();
    }

    /** One bounded step. */
    void step() throws FlinkException {
        unchanged = null;
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
    }

    /** The whole state; the same array while nothing has changed. */
    byte[] state() throws IOException {
        if (unchanged == null) {
            unchanged = TrainState.write(member, pending, trainer, stateBytes);
            stateBytes = unchanged.length;
        }
        return unchanged;
    }

    /** Takes over what {@link #state} gave; only before any work. */
    void restore(byte[] state) throws IOException {
        pending.addAll(TrainState.read(state, trainer));
    }

    @Override
    public void onSession(SessionReport report) {
        sessions.accept(events.session(report));
    }

    @Override
    public void onResult(MemberResult result) {
        outcomes.accept(events.outcome(pending.remove(), result));
    }

    @Override
    public void close() {
        trainer.close();
    }
}
