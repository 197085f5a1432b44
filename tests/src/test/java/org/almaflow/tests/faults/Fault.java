package org.almaflow.tests.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.almaflow.schemas.ChunkSlice;
import org.almaflow.schemas.EvaluationEvent;
import org.almaflow.schemas.SessionEvent;
import org.almaflow.schemas.SessionPhase;

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
        void strike(Scene scene, Disk disk) throws IOException {
            scene.producer().kill();
            scene.startProducer();
        }
    },
    DISK("", "training") {
        @Override
        void strike(Scene scene, Disk disk) throws IOException {
            disk.fill();
            scene.await("the job stumbles over the full disk", scene::troubled);
            disk.free();
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
            scene.await("slices of the chunk are staged", () -> hasFiles(scene.staging()));
            return phase();
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
            awaitNew(scene, SessionPhase.EPOCH);
            return phase();
        }
    },
    EVALUATION("kill -9 TaskManager", "evaluation") {
        @Override
        String await(Scene scene) {
            SessionEvent closed = awaitNew(scene, SessionPhase.CLOSED);
            boolean within =
                    scene.evaluations().stream()
                            .noneMatch(e -> e.getArrival() == closed.getArrival());
            return within ? phase() : "after evaluation";
        }
    },
    SCAN("kill -9 TaskManager", "growth scan") {
        @Override
        String await(Scene scene) {
            long before = scene.evaluations().stream().filter(EvaluationEvent::getTrained).count();
            scene.await(
                    "a session is evaluated",
                    () ->
                            scene.evaluations().stream().filter(EvaluationEvent::getTrained).count()
                                    > before);
            long sessions = before + 1;
            boolean within = scene.sessions().stream().noneMatch(e -> e.getSession() > sessions);
            return within ? phase() : "after growth scan";
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

    /** Waits for the moment; returns in which phase the job is then. */
    String await(Scene scene) {
        awaitNew(scene, SessionPhase.EPOCH);
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

    private static SessionEvent awaitNew(Scene scene, SessionPhase phase) {
        int before = scene.sessions().size();
        scene.await(
                "there is a new event " + phase + " of a session",
                () ->
                        scene.over()
                                || scene.sessions().stream()
                                        .skip(before)
                                        .anyMatch(e -> e.getPhase() == phase));
        if (scene.over()) {
            throw new Scene.WaitedInVainException("the run was over before a new event " + phase);
        }
        return scene.sessions().stream()
                .skip(before)
                .filter(e -> e.getPhase() == phase)
                .findFirst()
                .orElseThrow();
    }

    /** Stops the producer between two slices of one chunk. */
    private static void suspendInChunk(Scene scene) {
        scene.await(
                "the producer could be stopped in a chunk",
                () -> {
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
