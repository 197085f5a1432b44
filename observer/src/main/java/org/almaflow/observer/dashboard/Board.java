package org.almaflow.observer.dashboard;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.almaflow.observer.Observation;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.DecisionEvent;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.FeatureSpec;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SnapshotEvent;
import org.apache.avro.specific.SpecificRecord;

/**
 * What the metric topics say, in the size of a page. Every accepted event raises its version, and
 * {@link #since} tells what came after any version: there is no queue of changes for anybody, so a
 * page that falls behind costs nothing and gets the sum of what it missed, or all anew where that
 * is less. Safe for use by several threads.
 */
final class Board implements PredictBody.Specs {
    /** Runs kept; beyond, the one that began first is forgotten. */
    static final int MOST_RUNS = 20;

    /** Rows of curves in one difference; beyond, everything is sent anew. */
    static final int MOST_ROWS = 20_000;

    private final Clock clock;
    private final Map<String, RunBoard> runs = new LinkedHashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Letters> letters = new HashMap<>();
    private String epoch;
    private long version;
    private long runsChanged;
    private long skipped;
    private String skippedLast = "";
    private FeedStatus status;
    private long statusChanged;

    Board(Clock clock) {
        this.clock = clock;
        this.status =
                new FeedStatus(
                        FeedStatus.State.CONNECTING,
                        "looking for the Kafka broker",
                        clock.instant());
        clear();
    }

    /** Forgets all events, before they are read anew. */
    synchronized void clear() {
        epoch = Long.toString(new SecureRandom().nextLong() >>> 1, 36);
        runs.clear();
        numbers.clear();
        letters.clear();
        skipped = 0;
        version = 1;
        runsChanged = 1;
        statusChanged = 1;
    }

    /** Says how the dashboard stands with Kafka; returns whether that is news. */
    synchronized boolean status(FeedStatus.State state, String message) {
        boolean fresh =
                status == null || status.state() != state || !status.message().equals(message);
        if (fresh) {
            status = new FeedStatus(state, message, clock.instant());
            statusChanged = ++version;
        }
        return fresh;
    }

    /** How the dashboard stands with Kafka. */
    synchronized FeedStatus status() {
        return status;
    }

    /** Takes what was read at one place of a topic. */
    synchronized void take(Observation seen) {
        if (seen instanceof Observation.Event event) {
            add(event.value(), version + 1);
        } else if (seen instanceof Observation.Unreadable unreadable) {
            skipped++;
            skippedLast = unreadable.place() + ": " + unreadable.reason();
            runsChanged = ++version;
        }
    }

    private void add(SpecificRecord value, long next) {
        boolean fresh = false;
        if (value instanceof EvaluationEvent e) {
            fresh =
                    run(e.getRun(), e.getExperiment(), e.getStream(), e.getArrivedAt())
                            .add(e, next);
        } else if (value instanceof SessionEvent e) {
            fresh = run(e.getRun(), e.getExperiment(), e.getStream(), e.getAt()).add(e, next);
        } else if (value instanceof DecisionEvent e) {
            fresh = run(e.getRun(), e.getExperiment(), e.getStream(), e.getAt()).add(e, next);
        } else if (value instanceof SnapshotEvent e) {
            fresh = run(e.getRun(), e.getExperiment(), e.getStream(), e.getAt()).add(e, next);
        } else if (value instanceof DeadLetter e) {
            fresh = letters.computeIfAbsent(e.getStream(), s -> new Letters()).add(e, next);
        }
        version = fresh ? next : version;
    }

    private RunBoard run(String id, String experiment, String stream, Instant at) {
        RunBoard known = runs.get(id);
        if (known != null) {
            return known;
        }
        RunBoard made = new RunBoard(id, experiment, stream, at);
        runs.put(id, made);
        numbers.putIfAbsent(id, numbers.size() + 1);
        if (runs.size() > MOST_RUNS) {
            runs.remove(newestFirst().get(MOST_RUNS).id());
        }
        runsChanged = ++version;
        return made;
    }

    private List<RunBoard> newestFirst() {
        List<RunBoard> sorted = new ArrayList<>(runs.values());
        sorted.sort(
                Comparator.comparing(RunBoard::startedAt)
                        .thenComparing(run -> numbers.get(run.id()))
                        .reversed());
        return sorted;
    }

    /**
     * What a page lacks.
     *
     * @param seen what it has seen
     * @param wanted id of the run it shows; empty: the newest
     * @return nothing when it has seen everything
     */
    synchronized Optional<Update> since(Cursor seen, Optional<String> wanted) {
        RunBoard run =
                wanted.map(runs::get)
                        .or(() -> wanted.isPresent() ? Optional.empty() : newest())
                        .orElse(null);
        int number = run == null ? 0 : numbers.get(run.id());
        Cursor now = new Cursor(epoch, number, version);
        boolean known = seen.epoch().equals(epoch) && seen.version() <= version;
        if (known && seen.run() == number && seen.version() == version) {
            return Optional.empty();
        }
        long from = known ? seen.version() : 0;
        boolean whole =
                !known || seen.run() != number || (run != null && rows(run, from) > MOST_ROWS);
        BoardJson json = new BoardJson(clock.instant(), from);
        json.status(from < statusChanged ? status : null);
        json.runs(from < runsChanged ? newestFirst() : null, skipped, skippedLast);
        json.run(run, whole, letters);
        return Optional.of(new Update(now, json.bytes()));
    }

    private static int rows(RunBoard run, long from) {
        return run.learners().stream()
                .mapToInt(l -> l.curve().size() - l.curve().after(from))
                .sum();
    }

    private Optional<RunBoard> newest() {
        return newestFirst().stream().findFirst();
    }

    /**
     * The snapshots of a learner, newest first.
     *
     * @return JSON; empty when run or learner are not known
     */
    synchronized Optional<byte[]> snapshots(String run, String learner) {
        return Optional.ofNullable(runs.get(run)).stream()
                .flatMap(known -> known.learners().stream())
                .filter(known -> known.id().equals(learner))
                .findFirst()
                .map(SnapshotJson::history);
    }

    /** As the newest snapshot of them says. */
    @Override
    public synchronized Optional<FeatureSpec> spec(String stream, String learner) {
        return learners(stream, learner).flatMap(known -> known.spec().stream()).findFirst();
    }

    @Override
    public synchronized boolean knows(String stream, String learner) {
        return learners(stream, learner).findAny().isPresent();
    }

    /** Those of the newest run first; null stands for any. */
    private Stream<LearnerBoard> learners(String stream, String learner) {
        return newestFirst().stream()
                .filter(run -> stream == null || run.stream().equals(stream))
                .flatMap(run -> run.learners().stream())
                .filter(known -> learner == null || known.id().equals(learner));
    }

    /**
     * What a page is sent.
     *
     * @param cursor what it has seen then
     * @param json the difference, on one line
     */
    record Update(Cursor cursor, byte[] json) {}
}
