package org.almaflow.observer;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.almaflow.schemas.SnapshotEvent;

/** What one learner of a run has published; see {@link RunLedger}. */
public final class LearnerLedger {
    private static final Comparator<SessionKey> BY_SESSION =
            Comparator.comparingLong(SessionKey::session).thenComparingInt(SessionKey::member);

    private final String id;
    private final TreeMap<Long, EvaluationEvent> evaluations = new TreeMap<>();
    private final TreeMap<Long, DecisionEvent> decisions = new TreeMap<>();
    private final TreeMap<SessionKey, SessionEvent> latest = new TreeMap<>(BY_SESSION);
    private final TreeMap<Long, SnapshotEvent> snapshots = new TreeMap<>();

    LearnerLedger(String id) {
        this.id = id;
    }

    private record SessionKey(long session, int member) {}

    boolean add(EvaluationEvent evaluation) {
        return evaluations.putIfAbsent(evaluation.getArrival(), evaluation) == null;
    }

    boolean add(DecisionEvent decision) {
        return decisions.putIfAbsent(decision.getDecision(), decision) == null;
    }

    /** Within a session only what is newer counts: a repeated epoch or phase changes nothing. */
    boolean add(SessionEvent event) {
        SessionKey key = new SessionKey(event.getSession(), event.getMember());
        SessionEvent known = latest.get(key);
        if (known != null && !isAfter(event, known)) {
            return false;
        }
        latest.put(key, event);
        return true;
    }

    /** Whether the one of two events of the same session and member tells more than the other. */
    public static boolean isAfter(SessionEvent event, SessionEvent known) {
        int phase = event.getPhase().compareTo(known.getPhase());
        return phase > 0
                || (phase == 0
                        && event.getPhase() == SessionPhase.EPOCH
                        && event.getEpoch() > known.getEpoch());
    }

    boolean add(SnapshotEvent snapshot) {
        return snapshots.putIfAbsent(snapshot.getVersion(), snapshot) == null;
    }

    /** Id in the experiment. */
    public String id() {
        return id;
    }

    /** Number of arrivals 1, 2, … that were evaluated. */
    public long arrivals() {
        return evaluated().size();
    }

    /** Evaluations of arrivals 1, 2, … in order, one an arrival. */
    public List<EvaluationEvent> evaluated() {
        return List.copyOf(evaluations.tailMap(0L, false).values());
    }

    /** The evaluation of the untrained predictor, arrival 0. */
    public Optional<EvaluationEvent> untrained() {
        return Optional.ofNullable(evaluations.get(0L));
    }

    /** The newest evaluation, which may be the one of arrival 0. */
    public Optional<EvaluationEvent> newest() {
        return Optional.ofNullable(evaluations.lastEntry()).map(entry -> entry.getValue());
    }

    /** What the waiting policy decided, in order. */
    public List<DecisionEvent> decisions() {
        return List.copyOf(decisions.values());
    }

    /** What was last heard of the newest session. */
    public Optional<SessionEvent> session() {
        return Optional.ofNullable(latest.lastEntry()).map(entry -> entry.getValue());
    }

    /** The last events of closed sessions, by session and member. */
    public List<SessionEvent> closed() {
        return latest.values().stream()
                .filter(event -> event.getPhase() == SessionPhase.CLOSED)
                .toList();
    }

    /** Most memory that a member has held in one of its sessions so far, in bytes. */
    public long peakMemoryBytes() {
        return latest.values().stream().mapToLong(SessionEvent::getPeakMemoryBytes).max().orElse(0);
    }

    /** Published models, by version. */
    public List<SnapshotEvent> snapshots() {
        return List.copyOf(snapshots.values());
    }

    /** Sum of the errors after arrivals 1, 2, …: the cumulative error rate so far. */
    public double cumulativeError() {
        return evaluated().stream().mapToDouble(EvaluationEvent::getError).sum();
    }

    /** Sum of the deployed parameters over arrivals 1, 2, … */
    public long cumulativeParameters() {
        return evaluated().stream().mapToLong(EvaluationEvent::getParameters).sum();
    }

    /** From the first arrival to the moment the newest predictor was available. */
    public Duration wallTime() {
        List<EvaluationEvent> all = evaluated();
        Instant first =
                all.stream()
                        .map(EvaluationEvent::getArrivedAt)
                        .min(Comparator.naturalOrder())
                        .orElse(Instant.EPOCH);
        return all.stream()
                .map(EvaluationEvent::getAvailableAt)
                .max(Comparator.naturalOrder())
                .map(last -> Duration.between(first, last))
                .orElse(Duration.ZERO);
    }

    /** The final figures; empty before the first evaluation. */
    public Optional<LearnerSummary> summary() {
        return newest().map(last -> LearnerSummary.of(this, last));
    }
}
