package org.almaflow.observer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SnapshotEvent;
import org.apache.avro.specific.SpecificRecord;

/**
 * Keeps what one run has published: events in, progress and final figures of each learner out.
 * Events of other runs and events it has seen already are ignored, so it may be fed a topic from
 * any earlier position. Not thread-safe; belongs to the thread that feeds it.
 */
public final class RunLedger {
    private final String run;
    private final String stream;
    private final Map<String, LearnerLedger> learners = new LinkedHashMap<>();
    private final Set<LetterIdentity> seenLetters = new HashSet<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private long otherDeadLetters;
    private String experiment = "";
    private long chunks;

    /**
     * An empty ledger.
     *
     * @param run id of the run whose events count
     * @param stream its stream: dead letters carry no run id and count by their stream
     * @param order ids of learners in the order to list them; others follow as they come
     */
    public RunLedger(String run, String stream, List<String> order) {
        this.run = run;
        this.stream = stream;
        order.forEach(this::learner);
    }

    /** Says how many arrivals the stream will have, before the first event does. */
    public void expect(long arrivals) {
        chunks = arrivals;
    }

    /** Takes one event; returns whether it was new and of this run. */
    public boolean add(SpecificRecord event) {
        if (event instanceof EvaluationEvent evaluation) {
            return add(evaluation);
        }
        if (event instanceof DecisionEvent decision) {
            return run.equals(decision.getRun()) && learner(decision.getLearner()).add(decision);
        }
        if (event instanceof SessionEvent session) {
            return run.equals(session.getRun()) && learner(session.getLearner()).add(session);
        }
        if (event instanceof SnapshotEvent snapshot) {
            return run.equals(snapshot.getRun()) && learner(snapshot.getLearner()).add(snapshot);
        }
        return event instanceof DeadLetter letter && add(letter);
    }

    private boolean add(EvaluationEvent evaluation) {
        if (!run.equals(evaluation.getRun())) {
            return false;
        }
        experiment = evaluation.getExperiment();
        chunks = evaluation.getChunks();
        return learner(evaluation.getLearner()).add(evaluation);
    }

    private boolean add(DeadLetter letter) {
        if (!seenLetters.add(LetterIdentity.of(letter))) {
            return false;
        }
        boolean own = stream.equals(letter.getStream());
        if (own) {
            deadLetters.add(letter);
        } else {
            otherDeadLetters++;
        }
        return own;
    }

    private LearnerLedger learner(String id) {
        return learners.computeIfAbsent(id, LearnerLedger::new);
    }

    /** Id of the run. */
    public String run() {
        return run;
    }

    /** Name of the stream. */
    public String stream() {
        return stream;
    }

    /** Name of the experiment; empty before the first evaluation. */
    public String experiment() {
        return experiment;
    }

    /** Arrivals the stream will have; 0 when it has no end or nothing is known yet. */
    public long chunks() {
        return chunks;
    }

    /** Arrivals that at least one learner was evaluated after. */
    public long arrivals() {
        return learners.values().stream().mapToLong(LearnerLedger::arrivals).max().orElse(0);
    }

    /** The learners, in the order given and then as they came. */
    public List<LearnerLedger> learners() {
        return List.copyOf(learners.values());
    }

    /** Dead letters of the stream. */
    public List<DeadLetter> deadLetters() {
        return List.copyOf(deadLetters);
    }

    /**
     * Dead letters of other streams; one that cannot be decoded is of the stream that its key
     * names.
     */
    public long otherDeadLetters() {
        return otherDeadLetters;
    }

    /** Whether every learner was evaluated after the stream's last arrival. */
    public boolean complete() {
        return chunks > 0
                && learners.values().stream().allMatch(learner -> learner.arrivals() == chunks);
    }
}
