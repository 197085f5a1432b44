package org.almaflow.pipeline.member;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.engine.EngineException;
import org.almaflow.learning.experiment.Experiment;
import org.almaflow.learning.experiment.ExperimentException;
import org.almaflow.learning.experiment.Fingerprint;
import org.almaflow.learning.member.ChunkRef;
import org.almaflow.learning.member.ClosedLoop;
import org.almaflow.learning.member.Directive;
import org.almaflow.learning.member.MemberListener;
import org.almaflow.learning.member.MemberResult;
import org.almaflow.learning.member.MemberTrainer;
import org.almaflow.learning.member.Prediction;
import org.almaflow.learning.member.SessionReport;
import org.almaflow.pipeline.JobOptions;
import org.almaflow.pipeline.LearnerHandle;
import org.almaflow.pipeline.flow.MemberDirective;
import org.almaflow.pipeline.flow.MemberOutcome;
import org.almaflow.pipeline.member.MemberImageSerializer.Label;
import org.almaflow.pipeline.store.ChunkStore;
import org.almaflow.pipeline.store.ModelStore;
import org.almaflow.schemas.SessionEvent;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.FlinkException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member in a Train subtask: its trainer, the directives that have no outcome yet, and what it
 * says as records. Owned by the operator and used in the task's thread.
 */
final class MemberWork implements MemberListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemberWork.class);

    private final int member;
    private final LearnerHandle handle;
    private final Events events;
    private final MemberMetrics metrics;
    private final Consumer<SessionEvent> sessions;
    private final Consumer<MemberOutcome> outcomes;
    private final MemberTrainer trainer;
    private final Deque<MemberDirective> pending = new ArrayDeque<>();

    private final Map<String, String> fingerprint;

    /** The state as it was last taken; null when it has changed since. */
    private MemberImage unchanged;

    /** Decides for this learner; null where Wait does. */
    private ClosedLoop loop;

    private DoubleSupplier queuedSeconds = () -> 0;

    /** A member that has not worked yet. */
    MemberWork(
            int member,
            LearnerHandle handle,
            Engine engine,
            MemberMetrics metrics,
            Consumer<SessionEvent> sessions,
            Consumer<MemberOutcome> outcomes) {
        JobOptions options = handle.options();
        Experiment experiment = handle.experiment();
        this.member = member;
        this.handle = handle;
        this.events =
                new Events(experiment, handle.spec(), options.run(), member, Clock.systemUTC());
        this.fingerprint = Fingerprint.of(experiment, handle.spec());
        this.metrics = metrics;
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
                        new ModelStore(options.storage(), options.run()),
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

    /** Queues a directive, behind the prediction of the arrival's chunk. */
    void accept(MemberDirective directive) {
        if (directive.getNewest() != null) {
            predict(Chunks.ref(directive.getNewest()));
        }
        direct(directive);
    }

    /** Queues the prediction of a chunk. */
    void predict(ChunkRef chunk) {
        unchanged = null;
        trainer.predict(chunk);
    }

    /** Its trainer has been changed from outside. */
    void changed() {
        unchanged = null;
    }

    /** What it predicted for a chunk, before that arrival's directive is done. */
    Prediction prediction(long chunk) {
        return trainer.prediction(chunk).orElseThrow();
    }

    /** Queues a directive whose arrival's chunk is predicted. */
    void direct(MemberDirective directive) {
        unchanged = null;
        pending.add(directive);
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

    /** Index of the session that the next step works on; 0 when it does something else. */
    long sessionAhead() {
        return trainer.sessionAhead();
    }

    MemberTrainer trainer() {
        return trainer;
    }

    /** From now on tells {@code to} of sessions that end. */
    void tell(ClosedLoop to) {
        loop = to;
    }

    /** From now on says with every session event how long the session waited for its turn. */
    void queuedSeconds(DoubleSupplier seconds) {
        queuedSeconds = seconds;
    }

    /** One bounded step. */
    void step() throws FlinkException {
        unchanged = null;
        try {
            trainer.step();
            metrics.stepped(trainer.worked(), trainer.sessionAhead() > 0);
        } catch (ExperimentException e) {
            throw new SuppressRestartsException(failed(e)); // it would fail again
        } catch (OutOfMemoryError e) {
            throw failed(new EngineException(HeapSpace.exhausted(), e));
        } catch (IOException | RuntimeException e) {
            throw failed(e);
        }
    }

    private FlinkException failed(Exception e) {
        return new FlinkException(
                "member %d of learner '%s' failed at arrival %d: %s"
                        .formatted(
                                member,
                                handle.learner(),
                                pending.getFirst().getArrival(),
                                e.getMessage()),
                e);
    }

    /** The whole state; the same image while nothing has changed. */
    MemberImage image() throws IOException {
        if (unchanged == null) {
            unchanged =
                    new MemberImage(
                            new Label(member, handle.options().run(), fingerprint),
                            List.copyOf(pending),
                            trainer.snapshot());
        }
        return unchanged;
    }

    /**
     * Takes over what {@link #image} gave; only before any work.
     *
     * @throws FlinkException when it is of another learner than this, naming what differs
     */
    void restore(MemberImage image) throws FlinkException {
        LearnerChanges.check(handle.learner(), image.label(), fingerprint, handle.options().run());
        pending.addAll(image.pending());
        trainer.restore(image.snapshot());
    }

    @Override
    public void onSession(SessionReport report) {
        warnUnlessValidated(report);
        metrics.session(report);
        sessions.accept(events.session(report, queuedSeconds.getAsDouble()));
        if (loop != null && report.phase() == SessionReport.Phase.CLOSED) {
            loop.ended(member, report);
        }
    }

    /** Once a learner's first member, since every session of small chunks would say the same. */
    private void warnUnlessValidated(SessionReport report) {
        double share = handle.spec().training().validation();
        if (member == 0
                && report.session() == 1
                && report.phase() == SessionReport.Phase.OPENED
                && report.validationExamples() == 0
                && share > 0) {
            LOG.warn(
                    "learner '{}' trains without validation examples: training.validation {} of"
                        + " chunks this small is none; patience ends no session, each publishes its"
                        + " last epoch, and a gMoE splits its first expert. Larger chunks or a"
                        + " larger share would have some",
                    handle.learner(),
                    share);
        }
    }

    @Override
    public void onResult(MemberResult result) {
        outcomes.accept(events.outcome(pending.remove(), result));
        if (loop != null && result.trained()) {
            loop.modelled(member);
        }
    }

    @Override
    public void close() {
        trainer.close();
    }
}
