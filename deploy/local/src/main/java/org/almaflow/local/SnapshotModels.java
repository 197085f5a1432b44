package org.almaflow.local;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
     * @param run where several runs have such a learner, and none is named, its newest one counts
     */
    static Predictor read(String name, RunOptions run) {
        int at = name.lastIndexOf('@');
        String learner = at < 0 ? name : name.substring(0, at);
        PublishedModels models = models(learner, run);
        PublishedModels wanted = at < 0 ? models : models.version(version(name, at));
        SnapshotEvent snapshot =
                wanted.newest(null, learner).orElseThrow(() -> none(name, learner, models));
        try {
            return ModelReader.fromStore(snapshot);
        } catch (IOException e) {
            throw new FailureException(ErrorLine.sentence(e), e);
        }
    }

    private static PublishedModels models(String learner, RunOptions run) {
        PublishedModels all =
                PublishedModels.read(
                        run.kafka().clientProperties(), run.kafka().topics(), PATIENCE);
        Optional<String> wanted =
                run.id().or(() -> all.newest(null, learner).map(SnapshotEvent::getRun));
        if (wanted.isEmpty()) {
            return all;
        }
        PublishedModels models = all.run(wanted.get());
        if (models.snapshots().isEmpty()) {
            throw new UsageException(
                    "--run: there is no snapshot of run '%s'; there are some of %s"
                            .formatted(wanted.get(), String.join(", ", all.runs())));
        }
        return models;
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
