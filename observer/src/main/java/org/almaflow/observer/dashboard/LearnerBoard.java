package org.almaflow.observer.dashboard;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.almaflow.observer.LearnerLedger;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.almaflow.schemas.SnapshotEvent;

/**
 * What the page shows of one learner: its curve, and the newest of everything else. An event that
 * is older than what is known changes nothing. Guarded by its {@link Board}.
 */
final class LearnerBoard {
    /** Snapshots kept for the page's history. */
    static final int MOST_SNAPSHOTS = 200;

    private final String id;
    private final long introduced;
    private final Curve curve = new Curve();
    private final Map<Integer, SessionEvent> members = new TreeMap<>();
    private final Map<Integer, Instant> opened = new TreeMap<>();
    private final Deque<Snapshot> snapshots = new ArrayDeque<>();
    private EvaluationEvent evaluation;
    private DecisionEvent decision;
    private FeatureSpec spec;
    private long session;
    private int typicalEpochs;
    private double typicalMillis = Double.NaN;
    private long snapshotCount;
    private long snapshotChanged;
    private long restarted;
    private long changed;

    LearnerBoard(String id, long version) {
        this.id = id;
        this.introduced = version;
        this.changed = version;
    }

    /**
     * Takes an evaluation. One of arrival 0 when later ones are known says that the learner was
     * started anew: what was before is not part of it any more.
     */
    boolean add(EvaluationEvent event, long version, long stride) {
        if (event.getArrival() == 0 && curve.newest() > 0) {
            restart(version);
        }
        if (!curve.add(event, version, stride)) {
            return false;
        }
        evaluation = event;
        changed = version;
        return true;
    }

    private void restart(long version) {
        curve.clear();
        members.clear();
        opened.clear();
        decision = null;
        session = 0;
        restarted = version;
    }

    boolean add(SessionEvent event, long version) {
        if (event.getSession() < session) {
            return false;
        }
        if (event.getSession() > session) {
            session = event.getSession();
            members.clear();
            opened.clear();
        }
        SessionEvent known = members.get(event.getMember());
        if (known != null && !LearnerLedger.isAfter(event, known)) {
            return false;
        }
        members.put(event.getMember(), event);
        opened.putIfAbsent(event.getMember(), event.getAt());
        if (event.getPhase() == SessionPhase.CLOSED) {
            typicalEpochs = event.getEpoch();
            typicalMillis = 1e3 * event.getSeconds() / event.getExamplesTrained();
        }
        changed = version;
        return true;
    }

    boolean add(DecisionEvent event, long version) {
        if (decision != null && event.getDecision() <= decision.getDecision()) {
            return false;
        }
        decision = event;
        changed = version;
        return true;
    }

    boolean add(SnapshotEvent event, long version) {
        boolean restartedSince = snapshotChanged < restarted;
        if (!restartedSince
                && !snapshots.isEmpty()
                && event.getVersion() <= snapshots.getFirst().version()) {
            return false;
        }
        snapshots.addFirst(Snapshot.of(event));
        if (snapshots.size() > MOST_SNAPSHOTS) {
            snapshots.removeLast();
        }
        spec = event.getSpec();
        snapshotCount++;
        snapshotChanged = version;
        changed = version;
        return true;
    }

    /** Id in the experiment. */
    String id() {
        return id;
    }

    /** Version of the board from which on it is known. */
    long introduced() {
        return introduced;
    }

    /** Version of the board at which it was started anew; 0: never. */
    long restarted() {
        return restarted;
    }

    /** Version of the board at which anything of it changed. */
    long changed() {
        return changed;
    }

    /** Version of the board at which its newest snapshot came. */
    long snapshotChanged() {
        return snapshotChanged;
    }

    Curve curve() {
        return curve;
    }

    /** The newest evaluation. */
    Optional<EvaluationEvent> evaluation() {
        return Optional.ofNullable(evaluation);
    }

    /** The newest decision. */
    Optional<DecisionEvent> decision() {
        return Optional.ofNullable(decision);
    }

    /** What was last heard of the members in the newest session. */
    List<SessionEvent> members() {
        return List.copyOf(members.values());
    }

    /** When the member was first heard of in the newest session. */
    Instant opened(int member) {
        return opened.get(member);
    }

    /** Epochs of the session that was closed last; 0 before. */
    int typicalEpochs() {
        return typicalEpochs;
    }

    /** Milliseconds an example and epoch of that session; not finite when none is known. */
    double typicalMillis() {
        return typicalMillis;
    }

    /** Snapshots, newest first, at most {@value #MOST_SNAPSHOTS}. */
    List<Snapshot> snapshots() {
        return List.copyOf(snapshots);
    }

    /** The newest snapshot. */
    Optional<Snapshot> snapshot() {
        return Optional.ofNullable(snapshots.peekFirst());
    }

    /** Snapshots that have come in all. */
    long snapshotCount() {
        return snapshotCount;
    }

    /** What an example of its stream is, as the newest snapshot says. */
    Optional<FeatureSpec> spec() {
        return Optional.ofNullable(spec);
    }
}
