package org.almaflow.observer.dashboard;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SnapshotEvent;

/** What the page shows of one run. Guarded by its {@link Board}. */
final class RunBoard {
    /** Points of a curve, before every other one is dropped. */
    static final long MOST_POINTS = 2_000;

    private final String id;
    private final String experiment;
    private final String stream;
    private final Instant startedAt;
    private final Map<String, LearnerBoard> learners = new LinkedHashMap<>();
    private long stride = 1;
    private long chunks;
    private long newestArrival;
    private Instant newestAt;
    private long changed;

    RunBoard(String id, String experiment, String stream, Instant startedAt) {
        this.id = id;
        this.experiment = experiment;
        this.stream = stream;
        this.startedAt = startedAt;
        this.newestAt = startedAt;
    }

    boolean add(EvaluationEvent event, long version) {
        while (event.getArrival() / stride > MOST_POINTS) {
            stride *= 2;
            learners.values().forEach(learner -> learner.curve().thin(stride));
        }
        boolean fresh = learner(event.getLearner(), version).add(event, version, stride);
        chunks = event.getChunks();
        return touch(fresh, event.getArrival(), event.getAvailableAt(), version);
    }

    boolean add(DecisionEvent event, long version) {
        boolean fresh = learner(event.getLearner(), version).add(event, version);
        chunks = event.getChunks();
        return touch(fresh, event.getArrival(), event.getAt(), version);
    }

    boolean add(SessionEvent event, long version) {
        boolean fresh = learner(event.getLearner(), version).add(event, version);
        return touch(fresh, event.getArrival(), event.getAt(), version);
    }

    boolean add(SnapshotEvent event, long version) {
        boolean fresh = learner(event.getLearner(), version).add(event, version);
        return touch(fresh, event.getVersion(), event.getAt(), version);
    }

    private boolean touch(boolean fresh, long arrival, Instant at, long version) {
        if (fresh) {
            newestArrival = Math.max(newestArrival, arrival);
            newestAt = at.isAfter(newestAt) ? at : newestAt;
            changed = version;
        }
        return fresh;
    }

    private LearnerBoard learner(String learner, long version) {
        return learners.computeIfAbsent(learner, name -> new LearnerBoard(name, version));
    }

    String id() {
        return id;
    }

    String experiment() {
        return experiment;
    }

    String stream() {
        return stream;
    }

    /** Time of its first event. */
    Instant startedAt() {
        return startedAt;
    }

    /** Time of its newest event. */
    Instant newestAt() {
        return newestAt;
    }

    /** Every how many arrivals curves have a point. */
    long stride() {
        return stride;
    }

    /** Arrivals the stream will have; 0 when it has no end or nothing is known yet. */
    long chunks() {
        return chunks;
    }

    /** The newest arrival that any event speaks of. */
    long newestArrival() {
        return newestArrival;
    }

    /** Version of the board at which anything of it changed. */
    long changed() {
        return changed;
    }

    /** The learners, in the order in which they were first heard of: their places never change. */
    List<LearnerBoard> learners() {
        return new ArrayList<>(learners.values());
    }

    /** Whether every learner was evaluated after the stream's last arrival. */
    boolean complete() {
        return chunks > 0 && learners.values().stream().allMatch(l -> l.curve().newest() >= chunks);
    }
}
