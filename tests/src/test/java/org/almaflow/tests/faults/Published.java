package org.almaflow.tests.faults;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.almaflow.schemas.ChunkLineage;
import org.almaflow.schemas.DeadLetter;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SnapshotEvent;
import org.almaflow.schemas.Topics;
import org.almaflow.tests.faults.Expected.Outcome;
import org.almaflow.tests.faults.Expected.Step;
import org.apache.avro.specific.SpecificRecord;

/** What a consumer that reads only what is committed finds, compared with what was expected. */
final class Published {
    private static final Duration MARKERS = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final String kafka;
    private final Topics topics;
    private final List<String> differences = new ArrayList<>();

    private Published(String kafka, Topics topics) {
        this.kafka = kafka;
        this.topics = topics;
    }

    /** What is wrong, one line each; empty when everything is exactly as expected. */
    static List<String> differences(String kafka, Topics topics, Expected expected)
            throws IOException {
        Published published = new Published(kafka, topics);
        published.compare(expected);
        return published.differences;
    }

    private void compare(Expected expected) throws IOException {
        List<SnapshotEvent> snapshots = read(topics.snapshots(), SnapshotEvent.class);
        for (SnapshotEvent snapshot : snapshots) {
            checkFiles(snapshot);
        }
        compare("learner", expected.outcomes(), outcomes(snapshots));
        compare("member", expected.sessions(), sessions());
        for (DeadLetter letter : read(topics.deadLetters(), DeadLetter.class)) {
            differences.add("a dead letter: " + letter.getDetail());
        }
    }

    /**
     * Every committed event; an open transaction, which would hide later ones, is a fault too. The
     * broker answers a commit before its marker is in every partition, so that is waited for.
     */
    private <T extends SpecificRecord> List<T> read(String topic, Class<T> type) {
        try (EventLog<T> committed = new EventLog<>(kafka, topic, type, true);
                EventLog<T> all = new EventLog<>(kafka, topic, type, false)) {
            long end = System.nanoTime() + MARKERS.toNanos();
            while (!committed.ends().equals(all.ends()) && System.nanoTime() < end) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            if (!committed.ends().equals(all.ends())) {
                differences.add(
                        "%s has an open transaction: readers stop at %s of %s"
                                .formatted(topic, committed.ends(), all.ends()));
            }
            return committed.rest();
        }
    }

    private Map<String, List<Outcome>> outcomes(List<SnapshotEvent> snapshots) {
        Map<String, Map<Long, SnapshotEvent>> byVersion = new HashMap<>();
        for (SnapshotEvent s : snapshots) {
            Map<Long, SnapshotEvent> versions =
                    byVersion.computeIfAbsent(s.getLearner(), k -> new TreeMap<>());
            if (versions.put(s.getVersion(), s) != null) {
                differences.add(
                        "%s has snapshot %d twice".formatted(s.getLearner(), s.getVersion()));
            }
        }
        Map<String, List<Outcome>> found = new TreeMap<>();
        for (EvaluationEvent e : read(topics.evaluations(), EvaluationEvent.class)) {
            SnapshotEvent snapshot =
                    byVersion.getOrDefault(e.getLearner(), Map.of()).remove(e.getArrival());
            found.computeIfAbsent(e.getLearner(), k -> new ArrayList<>()).add(outcome(e, snapshot));
        }
        byVersion.forEach(
                (learner, left) ->
                        left.keySet()
                                .forEach(
                                        v ->
                                                differences.add(
                                                        "%s has a snapshot %d and no evaluation"
                                                                .formatted(learner, v))));
        return found;
    }

    private static Outcome outcome(EvaluationEvent e, SnapshotEvent snapshot) {
        return new Outcome(
                e.getArrival(),
                e.getTrained(),
                e.getSnapshotVersion(),
                e.getError(),
                e.getLoss(),
                e.getCumulativeError(),
                e.getParameters(),
                e.getEpochs(),
                e.getExamplesTrained(),
                e.getTrainForwardMacs(),
                e.getTotalMacs(),
                e.getPrequentialError(),
                snapshot == null
                        ? List.of()
                        : snapshot.getMembers().stream().map(ModelFile::getSha256).toList(),
                snapshot == null
                        ? List.of()
                        : snapshot.getLineage().stream().map(ChunkLineage::getChunk).toList());
    }

    private Map<String, List<Step>> sessions() {
        Map<String, List<Step>> found = new TreeMap<>();
        for (SessionEvent e : read(topics.sessions(), SessionEvent.class)) {
            found.computeIfAbsent(e.getLearner() + "/" + e.getMember(), k -> new ArrayList<>())
                    .add(
                            new Step(
                                    e.getSession(),
                                    e.getPhase().name(),
                                    e.getEpoch(),
                                    e.getTrainLoss(),
                                    e.getValidationLoss(),
                                    e.getValidationAccuracy(),
                                    e.getExamplesTrained()));
        }
        return found;
    }

    /** Every model file is there, and is what its event says. */
    private void checkFiles(SnapshotEvent snapshot) throws IOException {
        for (ModelFile model : snapshot.getMembers()) {
            Path file = Path.of(URI.create(model.getPath()));
            if (!Files.isRegularFile(file)) {
                differences.add("model file %s is not there".formatted(file));
            } else if (!Oracle.sha256(Files.readAllBytes(file)).equals(model.getSha256())) {
                differences.add("model file %s is not what its event says".formatted(file));
            }
        }
    }

    private <T> void compare(
            String what, Map<String, List<T>> expected, Map<String, List<T>> found) {
        if (!expected.keySet().equals(found.keySet())) {
            differences.add(
                    "%ss are %s and should be %s"
                            .formatted(what, found.keySet(), expected.keySet()));
        }
        expected.forEach((key, events) -> compare(key, events, found.getOrDefault(key, List.of())));
    }

    /** Says where two lists part first; the rest follows from that. */
    private <T> void compare(String key, List<T> expected, List<T> found) {
        for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
            T wanted = i < expected.size() ? expected.get(i) : null;
            T got = i < found.size() ? found.get(i) : null;
            if (wanted == null || !wanted.equals(got)) {
                differences.add(
                        "%s, event %d of %d: %s instead of %s"
                                .formatted(key, i + 1, expected.size(), got, wanted));
                return;
            }
        }
    }
}
