package org.almaflow.tests.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;
import org.almaflow.tests.faults.Scene.MissedException;

/** Something that goes wrong: when, what, and what is done about it by whoever runs the cluster. */
enum Fault {
    TASK_MANAGER("kill -9 TaskManager, another takes over", "training") {
        @Override
        void strike(Scene scene, Disk disk) {
            scene.cluster().taskManager(scene.taskManagerOf("Train sm")).kill();
        }
    },
    ALL_TASK_MANAGERS("kill -9 every TaskManager, one restarted", "training") {
        @Override
        void strike(Scene scene, Disk disk) {
            scene.cluster().taskManager(1).kill();
            scene.cluster().taskManager(2).kill();
            scene.cluster().startTaskManager(1);
        }
    },
    JOB_MANAGER("kill -9 JobManager, restarted", "training") {
        @Override
        void strike(Scene scene, Disk disk) {
            scene.cluster().jobManager().kill();
            scene.cluster().startJobManager();
        }
    },
    BROKER("kill -9 Kafka, restarted", "training") {
        @Override
        void strike(Scene scene, Disk disk) {
            scene.cluster().broker().kill();
            scene.cluster().startBroker();
        }
    },
    PRODUCER("kill -9 producer, restarted", "mid-chunk") {
        @Override
        String await(Scene scene) {
            suspendInChunk(scene);
            return phase();
        }

        @Override
        void strike(Scene scene, Disk disk) {
            scene.producer().kill();
            scene.startProducer();
        }

        @Override
        boolean ofTheStream() {
            return true;
        }
    },
    DISK("", "training") {
        @Override
        void strike(Scene scene, Disk disk) throws IOException {
            disk.fill();
            try {
                scene.await("the job stumbled over the full disk", scene::troubled);
            } finally {
                disk.free();
            }
        }

        @Override
        String what(Disk disk) {
            return disk.describe() + " for a while";
        }
    },
    SUSPENDED("SIGSTOP of a TaskManager, which wakes up later", "training") {
        @Override
        void strike(Scene scene, Disk disk) {
            scene.suspendTaskManager(scene.taskManagerOf("Train sm"));
        }

        @Override
        void mend(Scene scene) {
            scene.resumeTaskManager();
            super.mend(scene);
        }
    },
    ASSEMBLING("kill -9 TaskManager", "assembling") {
        @Override
        String await(Scene scene) {
            suspendInChunk(scene);
            scene.await("slices of the chunk were staged", () -> hasFiles(scene.staging()));
            return phase();
        }

        @Override
        boolean ofTheStream() {
            return true;
        }

        @Override
        void strike(Scene scene, Disk disk) {
            scene.cluster().taskManager(scene.taskManagerOf("AssembleChunks")).kill();
        }

        @Override
        void mend(Scene scene) {
            scene.producer().resume();
            super.mend(scene);
        }
    },
    VALIDATION("kill -9 TaskManager", "validation") {
        /** All but a twelfth of an epoch of that learner is validation. */
        @Override
        String await(Scene scene) {
            int last = scene.experiment().learners().get(0).training().maxEpochs();
            awaitNewest(
                    scene,
                    "an epoch had begun",
                    e -> e.getPhase() == SessionPhase.EPOCH && e.getEpoch() < last);
            return phase();
        }
    },
    EVALUATION("kill -9 TaskManager", "evaluation") {
        @Override
        String await(Scene scene) {
            awaitNewest(
                    scene,
                    "an evaluation had begun",
                    e -> e.getPhase() == SessionPhase.CLOSED && evaluated(scene) < e.getSession());
            return phase();
        }
    },
    SCAN("kill -9 TaskManager", "growth scan") {
        @Override
        String await(Scene scene) {
            awaitNewest(
                    scene,
                    "a growth scan had begun",
                    e ->
                            e.getPhase() == SessionPhase.CLOSED
                                    && e.getArrival() < scene.experiment().stream().chunks()
                                    && evaluated(scene) == e.getSession());
            return phase();
        }
    };

    private final String what;
    private final String phase;

    Fault(String what, String phase) {
        this.what = what;
        this.phase = phase;
    }

    /** For the table. */
    String what(Disk disk) {
        return what;
    }

    String phase() {
        return phase;
    }

    /** Whether it needs a stream that has not ended. */
    boolean ofTheStream() {
        return false;
    }

    /** Waits for the moment; returns in which phase the job is then. */
    String await(Scene scene) {
        int before = scene.sessions().size();
        scene.await(
                "another epoch was over",
                () ->
                        scene.sessions().stream()
                                .skip(before)
                                .anyMatch(e -> e.getPhase() == SessionPhase.EPOCH));
        return phase;
    }

    /** Does it, and what does not wait for the job to recover. */
    void strike(Scene scene, Disk disk) throws IOException {
        scene.cluster().taskManager(scene.taskManagerOf("Train")).kill();
    }

    /** Puts things in order when the job has recovered. */
    void mend(Scene scene) {
        scene.cluster().startTaskManager(1);
        scene.cluster().startTaskManager(2);
    }

    /** Waits until the newest event of a session is such a one. */
    private static void awaitNewest(Scene scene, String what, Predicate<SessionEvent> wanted) {
        scene.await(
                what,
                () -> {
                    List<SessionEvent> events = scene.sessions();
                    return !events.isEmpty() && wanted.test(events.get(events.size() - 1));
                });
    }

    /** How many sessions have been evaluated. */
    private static long evaluated(Scene scene) {
        return scene.evaluations().stream().filter(EvaluationEvent::getTrained).count();
    }

    /** Stops the producer between two slices of one chunk. */
    private static void suspendInChunk(Scene scene) {
        scene.await(
                "the producer could be stopped in a chunk",
                () -> {
                    if (scene.published()) {
                        throw new MissedException("the stream was over before it could be cut");
                    }
                    if (!partOfChunk(scene.lastSlice())) {
                        return false;
                    }
                    scene.producer().suspend();
                    if (settled(scene)) {
                        return true;
                    }
                    scene.producer().resume();
                    return false;
                });
    }

    private static boolean partOfChunk(ChunkSlice slice) {
        return slice != null
                && slice.getChunk() > 0
                && slice.getSlice() > 0
                && slice.getSlice() < slice.getSlices() - 1;
    }

    /** Whether the chunk is still in parts when nothing more comes. */
    private static boolean settled(Scene scene) {
        ChunkSlice before;
        do {
            before = scene.lastSlice();
        } while (!before.equals(scene.lastSlice()));
        return partOfChunk(before);
    }

    private static boolean hasFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.anyMatch(Files::isRegularFile);
        } catch (IOException | java.io.UncheckedIOException e) {
            return false;
        }
    }
}
