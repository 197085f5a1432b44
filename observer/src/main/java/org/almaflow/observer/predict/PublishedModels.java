package org.almaflow.observer.predict;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.almaflow.observer.Metric;
import org.almaflow.observer.MetricSubscriber;
import org.almaflow.observer.Observation;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Topics;

/** The snapshots that the topic has now, in its order. */
public record PublishedModels(List<SnapshotEvent> snapshots) {
    public PublishedModels {
        snapshots = List.copyOf(snapshots);
    }

    /**
     * Reads the topic.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} at least
     * @throws org.almaflow.schemas.TopicException when the broker or the topic is not there
     */
    public static PublishedModels read(
            Map<String, Object> kafka, Topics topics, Duration patience) {
        try (MetricSubscriber subscriber =
                new MetricSubscriber(
                        kafka,
                        topics,
                        Set.of(Metric.SNAPSHOTS),
                        MetricSubscriber.Start.BEGINNING,
                        patience)) {
            return new PublishedModels(
                    subscriber.readToEnd(patience).stream()
                            .filter(Observation.Event.class::isInstance)
                            .map(seen -> (SnapshotEvent) ((Observation.Event) seen).value())
                            .toList());
        }
    }

    /**
     * The newest snapshot.
     *
     * @param stream null: of any stream
     * @param learner null: of any learner
     */
    public Optional<SnapshotEvent> newest(String stream, String learner) {
        return snapshots.stream()
                .filter(s -> stream == null || s.getStream().equals(stream))
                .filter(s -> learner == null || s.getLearner().equals(learner))
                .max(Comparator.comparing(SnapshotEvent::getAt));
    }

    /** Only the snapshots of that run. */
    public PublishedModels run(String run) {
        return new PublishedModels(snapshots.stream().filter(s -> s.getRun().equals(run)).toList());
    }

    /** Only the snapshots of that version. */
    public PublishedModels version(long version) {
        return new PublishedModels(
                snapshots.stream().filter(s -> s.getVersion() == version).toList());
    }

    /** Ids of the runs, sorted. */
    public List<String> runs() {
        return snapshots.stream().map(SnapshotEvent::getRun).distinct().sorted().toList();
    }

    /** Ids of the learners, sorted. */
    public List<String> learners() {
        return snapshots.stream().map(SnapshotEvent::getLearner).distinct().sorted().toList();
    }
}
