package org.almaflow.local;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.almaflow.learning.export.Predictor;
import org.almaflow.observer.predict.PublishedModels;
import org.almaflow.pipeline.predict.ModelReader;
import org.almaflow.schemas.SnapshotEvent;

/** Models of a snapshot that the topic has. */
final class SnapshotModels {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private SnapshotModels() {}

    /**
     * Reads the models of a snapshot.
     *
     * @param name {@code LEARNER} for its newest, or {@code LEARNER@VERSION}
     */
    static Predictor read(String name, KafkaOptions kafka) {
        int at = name.lastIndexOf('@');
        String learner = at < 0 ? name : name.substring(0, at);
        PublishedModels models =
                PublishedModels.read(kafka.clientProperties(), kafka.topics(), PATIENCE);
        PublishedModels wanted = at < 0 ? models : models.version(version(name, at));
        SnapshotEvent snapshot =
                wanted.newest(null, learner).orElseThrow(() -> none(name, learner, models));
        try {
            return ModelReader.fromStore(snapshot);
        } catch (IOException e) {
            throw new FailureException(ErrorLine.sentence(e), e);
        }
    }

    private static long version(String name, int at) {
        try {
            return Long.parseLong(name.substring(at + 1));
        } catch (NumberFormatException e) {
            throw new UsageException(
                    "--snapshot: '%s' is no LEARNER@VERSION; a version is a number".formatted(name),
                    e);
        }
    }

    private static UsageException none(String name, String learner, PublishedModels models) {
        List<Long> versions =
                models.snapshots().stream()
                        .filter(s -> s.getLearner().equals(learner))
                        .map(SnapshotEvent::getVersion)
                        .toList();
        return new UsageException(
                "--snapshot: the topic has no %s; there are %s"
                        .formatted(
                                name,
                                versions.isEmpty()
                                        ? "learners " + models.learners()
                                        : "versions " + versions));
    }
}
