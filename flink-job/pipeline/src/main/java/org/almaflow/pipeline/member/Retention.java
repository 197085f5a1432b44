package org.almaflow.pipeline.member;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.almaflow.pipeline.store.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the model files of a learner's old snapshots when nobody can need them: when a checkpoint
 * that does not know them, and one after it, are complete (the newer snapshot's event is then
 * committed), and no older checkpoint or savepoint is left that names them. Deleting happens on a
 * thread of its own; everything else belongs to the task's thread.
 */
final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final long NOT_YET = Long.MAX_VALUE;

    private final Checkpoints checkpoints;
    private final Clock clock;
    private final Executor files;
    private final Map<String, Expired> expired = new TreeMap<>();

    /** What the other thread has done; guarded by itself. */
    private final List<String> done = new ArrayList<>();

    /**
     * A file to delete.
     *
     * @param at epoch milliseconds
     * @param unknownFrom first checkpoint that does not know it
     */
    private record Expired(long at, long unknownFrom) {}

    Retention(Checkpoints checkpoints, Clock clock) {
        this(
                checkpoints,
                clock,
                Executors.newSingleThreadExecutor(
                        work -> {
                            Thread thread = new Thread(work, "retention");
                            thread.setDaemon(true);
                            return thread;
                        }));
    }

    /** With another executor, which is closed with this when it is a service. */
    Retention(Checkpoints checkpoints, Clock clock, Executor files) {
        this.checkpoints = checkpoints;
        this.clock = clock;
        this.files = files;
    }

    /** The newest snapshots do not name this file any more. */
    void expire(String path) {
        expired.put(path, new Expired(clock.millis(), NOT_YET));
    }

    /** As it was when {@link #snapshot} was stored. */
    void restore(String path, long at) {
        expired.put(path, new Expired(at, NOT_YET));
    }

    /** A model with the same content came again. */
    void use(String path) {
        expired.remove(path);
    }

    /** What there is to delete, with the moment it expired, for the checkpoint's state. */
    Map<String, Long> snapshot(long checkpoint) {
        synchronized (done) {
            done.forEach(expired::remove);
            done.clear();
        }
        expired.replaceAll(
                (path, e) -> e.unknownFrom() == NOT_YET ? new Expired(e.at(), checkpoint) : e);
        Map<String, Long> all = new HashMap<>();
        expired.forEach((path, e) -> all.put(path, e.at()));
        return all;
    }

    /** A checkpoint is complete. */
    void complete(long checkpoint) {
        Map<String, Expired> due = new TreeMap<>(expired);
        due.values().removeIf(e -> e.unknownFrom() >= checkpoint);
        if (!due.isEmpty()) {
            files.execute(() -> delete(due));
        }
    }

    private void delete(Map<String, Expired> due) {
        try {
            long oldest = checkpoints.oldest();
            for (Map.Entry<String, Expired> one : due.entrySet()) {
                if (one.getValue().unknownFrom() <= oldest
                        && checkpoints.delete(one.getKey(), one.getValue().at())) {
                    synchronized (done) {
                        done.add(one.getKey());
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Old model files are not deleted and will be tried again: {}", e.toString());
        }
    }

    @Override
    public void close() {
        if (files instanceof ExecutorService service) {
            service.shutdown();
        }
    }
}
