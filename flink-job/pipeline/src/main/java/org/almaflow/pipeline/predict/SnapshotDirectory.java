package org.almaflow.pipeline.predict;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.almaflow.schemas.ModelChoice;
import org.almaflow.schemas.PredictRequest;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.SnapshotEvent;

/**
 * Every learner's newest snapshot and its best one by validation accuracy, of the run that
 * published last. Takes the events of the topic in their order, any of them any number of times.
 */
final class SnapshotDirectory {
    /** How many names a message lists, and how long it repeats one. */
    private static final int LISTED = 20;

    private static final int NAME = 100;

    private static final Comparator<SnapshotEvent> BY_AGE =
            Comparator.comparing(SnapshotEvent::getAt);
    private static final Comparator<SnapshotEvent> BY_ACCURACY =
            Comparator.comparingDouble(SnapshotDirectory::accuracy).thenComparing(BY_AGE);

    private record Known(SnapshotEvent newest, SnapshotEvent best) {
        Known with(SnapshotEvent event) {
            boolean better =
                    !event.getRun().equals(best.getRun()) || BY_ACCURACY.compare(event, best) >= 0;
            return new Known(event, better ? event : best);
        }
    }

    private final Set<String> expected;
    private final Map<String, Known> learners = new TreeMap<>();
    private final Map<Integer, Long> next = new HashMap<>();

    /**
     * @param expected learners that are known though they have not published a model
     */
    SnapshotDirectory(Collection<String> expected) {
        this.expected = Set.copyOf(expected);
    }

    /** Takes an event over unless it was seen before. */
    void adopt(int partition, long offset, SnapshotEvent event) {
        if (offset < next.getOrDefault(partition, 0L)) {
            return;
        }
        next.put(partition, offset + 1);
        learners.merge(event.getLearner(), new Known(event, event), (old, made) -> old.with(event));
    }

    /**
     * The snapshot that is to answer a request.
     *
     * @throws RefusedException when there is none
     */
    SnapshotEvent choose(PredictRequest request) throws RefusedException {
        boolean best = request.getChoice() == ModelChoice.BEST;
        return candidates(request)
                .map(known -> best ? known.best() : known.newest())
                .max(best ? BY_ACCURACY : BY_AGE)
                .orElseThrow(() -> none(request));
    }

    private Stream<Known> candidates(PredictRequest request) {
        Stream<Known> asked =
                request.getLearner() == null
                        ? learners.values().stream()
                        : Optional.ofNullable(learners.get(request.getLearner())).stream();
        return request.getStream() == null
                ? asked
                : asked.filter(k -> k.newest().getStream().equals(request.getStream()));
    }

    private RefusedException none(PredictRequest request) {
        String learner = request.getLearner();
        if (learners.isEmpty() || (learner != null && isExpected(learner))) {
            return new RefusedException(
                    PredictStatus.NO_MODEL,
                    learner == null
                            ? "no model has been published yet; ask again after the first session"
                            : "learner '%s' has published no model yet; ask again after its first session"
                                    .formatted(cut(learner)));
        }
        if (learner != null && !learners.containsKey(learner)) {
            return new RefusedException(
                    PredictStatus.UNKNOWN_LEARNER,
                    "no learner '%s' has published a model; there are %s"
                            .formatted(cut(learner), listed(learners.keySet())));
        }
        Stream<Known> all =
                learner == null ? learners.values().stream() : Stream.of(learners.get(learner));
        return new RefusedException(
                PredictStatus.UNKNOWN_STREAM,
                "no such model is of stream '%s'; there are models of %s"
                        .formatted(
                                cut(Objects.toString(request.getStream())),
                                listed(all.map(k -> k.newest().getStream()).toList())));
    }

    private boolean isExpected(String learner) {
        return expected.contains(learner) && !learners.containsKey(learner);
    }

    private static String listed(Collection<String> names) {
        List<String> all = List.copyOf(new TreeSet<>(names));
        List<String> first = all.subList(0, Math.min(LISTED, all.size()));
        return String.join(", ", first.stream().map(SnapshotDirectory::cut).toList())
                + (first.size() < all.size() ? " and %d more".formatted(all.size() - LISTED) : "");
    }

    /** A name that came from outside, not longer than a message can bear. */
    private static String cut(String name) {
        return name.length() <= NAME ? name : name.substring(0, NAME) + "...";
    }

    /** NaN, which is that of no validation examples, is below every accuracy. */
    private static double accuracy(SnapshotEvent event) {
        double accuracy = event.getValidationAccuracy();
        return Double.isNaN(accuracy) ? -1 : accuracy;
    }
}
