package org.almaflow.pipeline.predict;

import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.almaflow.learning.engine.Engine;
import org.almaflow.learning.predict.LoadedPredictor;
import org.almaflow.schemas.ModelFile;
import org.almaflow.schemas.PredictStatus;
import org.almaflow.schemas.SnapshotEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models on the device of an engine that it does not own, loaded when first asked for; those not
 * used for longest make place. Used by the engine's thread; its owner closes it.
 */
final class ModelShelf implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelShelf.class);

    /** Pause before what could not be loaded is tried again. */
    private static final long RETRY_MILLIS = 1_000;

    /** What makes two snapshots predict alike: the files of all members, and the averaging. */
    private record Key(List<String> files, String averaging) {
        static Key of(SnapshotEvent snapshot) {
            return new Key(
                    snapshot.getMembers().stream().map(ModelFile::getSha256).toList(),
                    ModelReader.averaging(snapshot).name());
        }
    }

    /** A model, the snapshot that it is, and what to know about it; empty when it is as asked. */
    record Served(SnapshotEvent snapshot, LoadedPredictor model, String remark) {}

    private record Failure(String message, long retryAt) {}

    private final Engine engine;
    private final ModelReader reader;
    private final int bound;
    private final Clock clock;
    private final Map<Key, LoadedPredictor> resident = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Key, Failure> failures = new HashMap<>();

    /** The snapshot of each learner that was loaded last. */
    private final Map<String, SnapshotEvent> loaded = new HashMap<>();

    /**
     * @param bound models that are kept, 1 or more
     */
    ModelShelf(Engine engine, ModelReader reader, int bound, Clock clock) {
        this.engine = engine;
        this.reader = reader;
        this.bound = bound;
        this.clock = clock;
    }

    /**
     * The model of a snapshot, good until the next call; when its files cannot be read, the one of
     * its learner that was loaded last.
     *
     * @throws RefusedException when there is none either
     */
    Served serve(SnapshotEvent wanted) throws RefusedException {
        try {
            LoadedPredictor model = load(wanted);
            loaded.put(wanted.getLearner(), wanted);
            return new Served(wanted, model, "");
        } catch (IOException e) {
            return older(wanted, e);
        }
    }

    private Served older(SnapshotEvent wanted, IOException why) throws RefusedException {
        String message =
                "version %d of learner '%s' cannot be loaded: %s"
                        .formatted(wanted.getVersion(), wanted.getLearner(), why.getMessage());
        SnapshotEvent older = loaded.get(wanted.getLearner());
        if (older != null && older.getRun().equals(wanted.getRun())) {
            try {
                return new Served(
                        older,
                        load(older),
                        message + "; version %d answers".formatted(older.getVersion()));
            } catch (IOException e) {
                LOG.debug("The older version cannot be loaded either", e);
            }
        }
        throw new RefusedException(PredictStatus.MODEL_UNAVAILABLE, message);
    }

    private LoadedPredictor load(SnapshotEvent snapshot) throws IOException {
        Key key = Key.of(snapshot);
        LoadedPredictor model = resident.get(key);
        if (model != null) {
            return model;
        }
        Failure failure = failures.get(key);
        if (failure != null && clock.millis() < failure.retryAt()) {
            throw new IOException(failure.message());
        }
        try {
            LoadedPredictor made = new LoadedPredictor(engine, reader.read(snapshot));
            makePlace();
            resident.put(key, made);
            failures.remove(key);
            return made;
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("A model cannot be loaded: {}", e.getMessage());
            failures.put(key, new Failure(e.getMessage(), clock.millis() + RETRY_MILLIS));
            throw new IOException(e.getMessage(), e);
        }
    }

    private void makePlace() {
        while (resident.size() >= bound) {
            Key eldest = resident.keySet().iterator().next();
            resident.remove(eldest).close();
        }
        if (failures.size() > bound) {
            failures.clear();
        }
    }

    /** Number of models on the device. */
    int size() {
        return resident.size();
    }

    @Override
    public void close() {
        resident.values().forEach(LoadedPredictor::close);
        resident.clear();
    }
}
